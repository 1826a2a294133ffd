//! Containers of a test's own on the machine's Docker engine.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tge_model::Timestamp;
use tge_ports::contract::containers::Stage;

/// The engine's usual socket.
pub const SOCKET: &str = "/var/run/docker.sock";
/// An image of this machine's own shell and sleep, so that no registry is needed.
const IMAGE: &str = "tge-testing-idle:local";

/// Makes containers from a tiny image and removes them when dropped.
#[derive(Debug)]
pub struct DockerStage {
    made: Mutex<Vec<String>>,
}

// === impl DockerStage ===

impl DockerStage {
    /// A stage on the machine's engine; `None` when there is no engine to talk to.
    ///
    /// # Panics
    /// When there is an engine and the image cannot be made.
    pub fn open() -> Option<Self> {
        try_docker(&["version"])?;
        if try_docker(&["image", "inspect", IMAGE]).is_none() {
            import_image();
        }
        Some(Self { made: Mutex::default() })
    }

    /// Makes a container with more of `docker create`'s options, and another command than sleeping.
    ///
    /// # Panics
    /// When the engine refuses.
    pub fn create_with(&self, name: &str, labels: &[(&str, &str)], options: &[&str], command: &[&str]) -> String {
        let labels: Vec<String> = labels.iter().map(|(key, value)| format!("--label={key}={value}")).collect();
        let mut arguments = vec!["create", "--name", name, "--network=none"];
        arguments.extend(labels.iter().map(String::as_str));
        arguments.extend(options);
        arguments.push(IMAGE);
        arguments.extend(command);
        let id = docker(&arguments);
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(id.clone());
        id
    }
}

#[async_trait]
impl Stage for DockerStage {
    async fn create(&self, name: &str, labels: &[(&str, &str)]) -> String {
        self.create_with(name, labels, &[], &[])
    }

    async fn start(&self, id: &str) {
        docker(&["start", id]);
    }

    async fn crash(&self, id: &str) {
        docker(&["kill", id]);
        // The engine answers before it has noted the end.
        docker(&["wait", id]);
    }

    async fn pause(&self, id: &str) {
        docker(&["pause", id]);
    }

    async fn now(&self) -> Timestamp {
        let time = docker(&["info", "--format", "{{.SystemTime}}"]);
        Timestamp::parse(&time).expect("the engine tells its time as RFC 3339")
    }
}

impl Drop for DockerStage {
    fn drop(&mut self) {
        for id in self.made.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Already removed is as good.
            try_docker(&["rm", "--force", "--volumes", &id]);
        }
    }
}

/// Runs the command line client; its first line of output.
fn docker(arguments: &[&str]) -> String {
    try_docker(arguments).unwrap_or_else(|| panic!("docker {} failed", arguments.join(" ")))
}

fn try_docker(arguments: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Packs the shell, sleep and the libraries they load, and hands them to the engine as an image.
fn import_image() {
    let mut files = vec!["bin/sh".to_owned(), "bin/sleep".to_owned(), "bin/false".to_owned()];
    for program in ["/bin/sh", "/bin/sleep"] {
        let output = Command::new("ldd").arg(program).output().expect("ldd runs");
        for word in String::from_utf8_lossy(&output.stdout).split_whitespace().filter(|word| word.starts_with('/')) {
            files.push(word.trim_start_matches('/').to_owned());
        }
    }
    files.sort();
    files.dedup();
    let packed = Command::new("tar").args(["-c", "-h", "-C", "/", "-f", "-"]).args(&files).output().expect("tar runs");
    assert!(packed.status.success(), "tar failed: {}", String::from_utf8_lossy(&packed.stderr));
    let mut import = Command::new("docker")
        .args(["import", "--change", r#"CMD ["/bin/sleep", "86400"]"#, "-", IMAGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("docker runs");
    let mut stdin = import.stdin.take().expect("stdin is piped");
    stdin.write_all(&packed.stdout).expect("the engine takes the image");
    drop(stdin);
    assert!(import.wait().expect("docker ends").success(), "docker import failed");
}
