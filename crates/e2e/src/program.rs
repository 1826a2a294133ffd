//! Where the programs are, and how one is run to its end.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The programs to be proved.
#[derive(Debug, Clone)]
pub struct Programs {
    /// `tge-swarm`.
    pub solo: PathBuf,
    /// `tgectl`.
    pub tgectl: PathBuf,
    /// Every program of the swarm, chosen by the name it is started under.
    pub swarm: PathBuf,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said beside.
    pub stderr: String,
}

// === impl Programs ===

impl Programs {
    /// Those that Cargo built for the tests; `TGE_BINARIES` names a folder with `tge-swarm` and `tgectl` instead, for
    /// example `target/quick`; the swarm's are always Cargo's.
    pub fn find(solo: &str, tgectl: &str, swarm: &str) -> Self {
        let swarm = swarm.into();
        match wanted("TGE_BINARIES") {
            Some(folder) => {
                let folder = Path::new(&folder);
                Self { solo: folder.join("tge-swarm"), tgectl: folder.join("tgectl"), swarm }
            }
            None => Self { solo: solo.into(), tgectl: tgectl.into(), swarm },
        }
    }
}

/// A wish of whoever runs the tests.
#[expect(clippy::disallowed_methods, reason = "a test run is steered by its environment")]
pub fn wanted(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A file of the shared folder; `None` where it is not on this machine.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let folder = wanted("TGE_SHARED").unwrap_or_else(|| beside.to_owned());
    Some(Path::new(&folder).join(path)).filter(|path| path.exists())
}

/// A Python that can import `module`: the workspace's own environment, or the system's.
pub fn python(module: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    [own, PathBuf::from("python3")].into_iter().find(|python| {
        let import = Command::new(python).args(["-c", &format!("import {module}")]).stdin(Stdio::null()).output();
        import.is_ok_and(|output| output.status.success())
    })
}

/// Runs a program to its end, without the caller's settings of ours.
///
/// # Panics
/// When it cannot be started.
pub fn run(program: &Path, arguments: &[&str]) -> Ended {
    let output = bare(program).args(arguments).stdin(Stdio::null()).output();
    output.unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display())).into()
}

/// A command that does not inherit what steers our programs.
pub(crate) fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    for name in ["TGE_ADDR", "TGE_TOKEN", "TGE_TOKEN_FILE", "TGE_LOG", "LOG_FORMAT"] {
        command.env_remove(name);
    }
    command
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
