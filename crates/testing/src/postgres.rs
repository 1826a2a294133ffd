//! A PostgreSQL of one's own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::ServerError;
use crate::user::{Account, account, is_root};

/// A running private PostgreSQL; stopped, and its files removed, when dropped.
pub struct PrivatePostgres {
    server: Child,
    port: u16,
    binaries: PathBuf,
    account: Option<Account>,
    directory: TempDir,
}

// === impl PrivatePostgres ===

impl PrivatePostgres {
    /// The one user, who may do everything.
    pub const USER: &'static str = "tge";
    /// That user's password, asked for on every connection as in a real deployment.
    pub const PASSWORD: &'static str = "only-for-tests";

    /// Where the newest installed server's binaries are.
    pub fn installed() -> Option<PathBuf> {
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let version = path.file_name()?.to_str()?.parse().ok()?;
                path.join("bin/postgres").exists().then(|| (version, path.join("bin")))
            })
            .collect();
        versions.sort();
        versions.pop().map(|(_, binaries)| binaries)
    }

    /// Starts one, with `settings` beyond the defaults of a throw-away server, and waits until it takes connections.
    ///
    /// # Errors
    /// [`ServerError`] with the server's own words.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self, ServerError> {
        let binaries = Self::installed().ok_or(ServerError::Missing { program: "postgres" })?;
        let directory = TempDir::with_prefix("tge-postgres-").map_err(io("making a directory", Path::new("tmp")))?;
        let account = if is_root(directory.path()) {
            let account = account("postgres").ok_or(ServerError::Missing { program: "the account postgres" })?;
            let owned = chown(directory.path(), Some(account.uid), Some(account.gid));
            owned.map_err(io("giving away", directory.path()))?;
            Some(account)
        } else {
            None
        };
        initialise(&binaries, account, directory.path())?;
        // Between finding a free port and taking it somebody else may; then the next one is tried.
        let mut refused = ServerError::Missing { program: "a free port" };
        for _ in 0..3 {
            let port = free_port()?;
            match launch(&binaries, account, directory.path(), port, settings) {
                Ok(server) => return Ok(Self { server, port, binaries, account, directory }),
                Err(e) => refused = e,
            }
        }
        Err(refused)
    }

    /// Its TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of one of its databases, without the password.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{}@127.0.0.1:{}/{database}", Self::USER, self.port)
    }

    /// Runs SQL by psql and answers what it printed.
    ///
    /// # Errors
    /// [`ServerError`] with psql's words.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, ServerError> {
        let mut command = Command::new(self.binaries.join("psql"));
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url(database)])
            .env("PGPASSWORD", Self::PASSWORD);
        run("psql", command)
    }

    /// Freezes or thaws the whole server, as a hung machine would.
    ///
    /// # Errors
    /// [`ServerError`] when the signal cannot be sent.
    pub fn freeze(&self, frozen: bool) -> Result<(), ServerError> {
        let signal = if frozen { "-STOP" } else { "-CONT" };
        let mut pids = vec![self.server.id().to_string()];
        let children = Command::new("pgrep").args(["-P", &pids[0]]).output();
        if let Ok(children) = children {
            pids.extend(String::from_utf8_lossy(&children.stdout).lines().map(str::to_owned));
        }
        let mut command = Command::new("kill");
        command.arg(signal).args(pids);
        run("kill", command).map(drop)
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        let mut stop = Command::new(self.binaries.join("pg_ctl"));
        stop.args(["stop", "-m", "immediate", "-w", "-D"]).arg(self.directory.path().join("data"));
        become_account(&mut stop, self.account);
        // A server that will not stop is killed; nothing is left to report to.
        if run("pg_ctl", stop).is_err() {
            self.server.kill().ok();
        }
        self.server.wait().ok();
    }
}

fn initialise(binaries: &Path, account: Option<Account>, directory: &Path) -> Result<(), ServerError> {
    let password = directory.join("password");
    std::fs::write(&password, PrivatePostgres::PASSWORD).map_err(io("writing", &password))?;
    if let Some(account) = account {
        chown(&password, Some(account.uid), Some(account.gid)).map_err(io("giving away", &password))?;
    }
    let mut command = Command::new(binaries.join("initdb"));
    command
        .args(["-U", PrivatePostgres::USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"])
        .arg("--pwfile")
        .arg(&password)
        .arg("-D")
        .arg(directory.join("data"))
        .current_dir(directory);
    become_account(&mut command, account);
    run("initdb", command).map(drop)
}

fn launch(
    binaries: &Path,
    account: Option<Account>,
    directory: &Path,
    port: u16,
    settings: &[(&str, &str)],
) -> Result<Child, ServerError> {
    let program = binaries.join("postgres");
    let mut command = Command::new(&program);
    command
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
        .arg(directory)
        .arg("-D")
        .arg(directory.join("data"))
        // A test's data need not outlive the machine.
        .args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"])
        .args(["-c", "shared_buffers=64MB", "-c", "log_min_messages=log"])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    for (name, value) in settings {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    become_account(&mut command, account);
    let mut server = command.spawn().map_err(io("starting", &program))?;
    let pipe = server.stderr.take().expect("its errors are piped, see above");
    let mut log = BufReader::new(pipe);
    let (mut said, mut line) = (String::new(), String::new());
    while log.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
        if line.contains("database system is ready to accept connections") {
            // A pipe nobody reads would stop the server once it is full.
            std::thread::spawn(move || std::io::copy(&mut log.take(u64::MAX), &mut std::io::sink()));
            return Ok(server);
        }
        said.push_str(&line);
        line.clear();
    }
    server.wait().ok();
    Err(ServerError::Failed { program: "postgres", said })
}

/// Runs a program to its end and answers what it printed.
fn run(program: &'static str, mut command: Command) -> Result<String, ServerError> {
    let path = PathBuf::from(command.get_program());
    let output = command.stdin(Stdio::null()).output().map_err(io("running", &path))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ServerError::Failed { program, said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn become_account(command: &mut Command, account: Option<Account>) {
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
}

fn free_port() -> Result<u16, ServerError> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(io("finding a free port on", Path::new("127.0.0.1")))
}

fn io(attempted: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ServerError {
    move |source| ServerError::Io { attempted, path: path.to_owned(), source }
}
