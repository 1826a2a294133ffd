//! The program `agent-scraping-efficiency`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::agent_scraping_efficiency()
}
