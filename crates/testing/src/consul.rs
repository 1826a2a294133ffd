//! A private Consul agent, server and all, in memory.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::{Server, connect, find, free_ports, wait_for};

/// The token that may do everything, where access is controlled.
pub const MASTER_TOKEN: &str = "11111111-2222-3333-4444-555555555555";

/// A Consul of a test's own.
#[derive(Debug)]
pub struct Consul {
    program: PathBuf,
    directory: TempDir,
    ports: [u16; 4],
    server: Option<Server>,
}

// === impl Consul ===

impl Consul {
    /// Whether the program can be had.
    pub fn installed() -> bool {
        program().is_some()
    }

    /// An agent that everybody may use; `None` where the program cannot be had.
    ///
    /// # Panics
    /// When it is there and does not work.
    pub fn open() -> Option<Self> {
        Self::with_config("{}")
    }

    /// An agent that denies everything to those without a token; see [`MASTER_TOKEN`].
    ///
    /// # Panics
    /// When it is there and does not work.
    pub fn guarded() -> Option<Self> {
        // Both spellings: the second is understood since 1.11.
        Self::with_config(&format!(
            r#"{{"acl": {{"enabled": true, "default_policy": "deny", "tokens": {{"master": "{MASTER_TOKEN}", "agent": "{MASTER_TOKEN}"}}}}}}"#
        ))
    }

    fn with_config(config: &str) -> Option<Self> {
        let program = program()?;
        let directory = TempDir::new().expect("a directory for the server");
        fs::write(directory.path().join("test.json"), config).expect("the directory is the test's own");
        let mut consul = Self { program, directory, ports: free_ports(), server: None };
        consul.run();
        Some(consul)
    }

    /// Where its HTTP interface is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// Starts it, again without memory.
    ///
    /// # Panics
    /// When it does not start.
    pub fn run(&mut self) {
        let [http, server, lan, wan] = self.ports;
        let mut arguments = ["agent", "-dev", "-node=test", "-bind=127.0.0.1", "-dns-port=-1", "-grpc-port=-1"]
            .map(str::to_owned)
            .to_vec();
        arguments.extend([
            format!("-http-port={http}"),
            format!("-server-port={server}"),
            format!("-serf-lan-port={lan}"),
            format!("-serf-wan-port={wan}"),
            format!("-config-file={}", self.directory.path().join("test.json").display()),
        ]);
        self.server = Some(Server::start(&self.program, &arguments, self.directory.path()));
        // The node's own check is the last thing that comes up.
        wait_for("a Consul agent", || self.get("/v1/health/node/test").is_some_and(|body| body.contains("serfHealth")));
    }

    /// Freezes it.
    pub fn freeze(&self) {
        if let Some(server) = &self.server {
            server.freeze();
        }
    }

    /// Thaws it.
    pub fn thaw(&self) {
        if let Some(server) = &self.server {
            server.thaw();
        }
    }

    /// The answer's text to a GET; `None` when there is none.
    fn get(&self, path: &str) -> Option<String> {
        let mut stream = connect(self.ports[0]).ok()?;
        let request = format!("GET {path} HTTP/1.0\r\nX-Consul-Token: {MASTER_TOKEN}\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

/// The program where it is installed, or else out of a Consul image that this machine's Docker engine holds.
fn program() -> Option<PathBuf> {
    find("consul").or_else(|| {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/consul");
        if !kept.is_file() {
            from_image(&kept)?;
        }
        kept.canonicalize().ok()
    })
}

fn from_image(to: &Path) -> Option<()> {
    let docker = |arguments: &[&str]| {
        let output = Command::new("docker").args(arguments).stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let images = docker(&["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"])?;
    let image = images.lines().find(|image| image.contains("consul"))?;
    fs::create_dir_all(to.parent()?).ok()?;
    let container = docker(&["create", image])?;
    // Written beside and moved: another test binary may be doing the same.
    let beside = to.with_extension(std::process::id().to_string());
    let copied = ["/bin/consul", "/usr/bin/consul", "/usr/local/bin/consul"].iter().find_map(|path| {
        docker(&["cp", "--follow-link", &format!("{container}:{path}"), &beside.display().to_string()])
    });
    docker(&["rm", "--force", &container]);
    copied?;
    fs::rename(&beside, to).ok()
}
