//! A crate depends only on floors below it, never on a neighbour; the few exceptions are named here and nowhere else.

use std::process::Command;

use serde_json::Value;

/// The floors, from the ground up.
pub const FLOORS: &[(&str, &[&str])] = &[
    ("ground", &["model", "text", "sources", "detect", "quality", "resilience", "control", "safla"]),
    ("first", &["proto", "ports"]),
    ("second", &["redis", "store", "consul", "docker", "http", "local", "testing"]),
    (
        "third",
        &[
            "service",
            "agent",
            "queen",
            "memory-coordinator",
            "service-registry",
            "health-monitor",
            "actuator",
            "agent-scraping-efficiency",
            "agent-keyword-precision",
            "agent-api-reliability",
            "agent-performance",
            "agent-data-quality",
        ],
    ),
    ("attic", &["solo", "swarm", "tgectl", "e2e", "xtask"]),
];

/// Services and agents reach the outside through ports alone: adapters are for the attic.
const ADAPTERS: &[&str] = &["redis", "store", "consul", "docker", "http", "local", "testing"];

/// One crate of ours that another needs at run time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who needs.
    pub from: String,
    /// Whom.
    pub to: String,
}

/// Every edge between our crates, from `cargo metadata`. What tests need is left out.
///
/// # Errors
/// In words, when cargo cannot be asked.
pub fn edges() -> Result<Vec<Edge>, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(crate::root())
        .output()
        .map_err(|error| format!("cargo metadata cannot be run: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        format!("cargo metadata answered no JSON: {error}: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let from = short(package["name"].as_str().unwrap_or_default());
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let ours = dependency["path"].is_string() && dependency["kind"] != "dev";
            if ours {
                edges.push(Edge { from: from.clone(), to: short(dependency["name"].as_str().unwrap_or_default()) });
            }
        }
    }
    edges.sort();
    Ok(edges)
}

/// Why an edge is forbidden; `None` when it is allowed.
pub fn forbidden(edge: &Edge) -> Option<String> {
    let (Some(from), Some(to)) = (floor(&edge.from), floor(&edge.to)) else {
        return Some(format!("{} -> {}: give both a floor in xtask/src/floors.rs", edge.from, edge.to));
    };
    let (from_name, to_name) = (FLOORS[from].0, FLOORS[to].0);
    if from_name == "third" && ADAPTERS.contains(&edge.to.as_str()) {
        return Some(format!("{} -> {}: services reach past their ports only in the attic", edge.from, edge.to));
    }
    let exception = matches!(edge.to.as_str(), "model" | "text")
        || (edge.from == "control" && edge.to == "resilience")
        || (from_name == "third" && edge.to == "service")
        || (edge.from.starts_with("agent-") && edge.to == "agent")
        || (edge.from == "xtask" && edge.to == "proto")
        // The process tests build the very programs they prove.
        || (edge.from == "e2e" && matches!(edge.to.as_str(), "solo" | "swarm" | "tgectl"));
    if to < from || exception {
        return None;
    }
    Some(format!("{} ({from_name}) -> {} ({to_name}): dependencies point down", edge.from, edge.to))
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|(_, crates)| crates.contains(&name))
}

/// The name without the workspace's prefix: `tge-store` is `store`, `tge-swarm` the root of the swarm.
fn short(package: &str) -> String {
    package.strip_prefix("tge-").unwrap_or(package).to_owned()
}
