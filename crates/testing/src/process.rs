//! Server processes of a test's own: free ports, a directory, an end.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Polls of a server that starts, 10 ms apart: half a minute.
const POLLS_MAX: u32 = 3_000;

/// A server process; ended when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
}

// === impl Server ===

impl Server {
    /// Starts a program with its output in `directory/log`.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn start(program: &Path, arguments: &[String], directory: &Path) -> Self {
        let log = std::fs::File::create(directory.join("log")).expect("the directory is the test's own");
        let errors = log.try_clone().expect("a file can be shared");
        let child = Command::new(program)
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        Self { child }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        // An error says that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Freezes it; it stands still when this returns.
    ///
    /// # Panics
    /// When it cannot be signalled.
    pub fn freeze(&self) {
        self.signal("-STOP");
        // The signal is on its way when it is sent; a thread that has not got it yet still answers.
        wait_for("a frozen program to stand still", || self.stands_still());
    }

    /// Whether each of its threads is stopped. One that has ended meanwhile is no reason to wait.
    fn stands_still(&self) -> bool {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.child.id())) else { return true };
        threads.flatten().all(|thread| {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            // The state stands after the name, which is in parentheses and may hold any character.
            stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['T', 't', 'Z', 'X']))
        })
    }

    /// Thaws it.
    ///
    /// # Panics
    /// When it cannot be signalled.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(status.success(), "cannot signal {}", self.child.id());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A program by its name, where it is installed.
pub fn find(name: &str) -> Option<PathBuf> {
    let places = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin"];
    places.iter().map(|place| Path::new(place).join(name)).find(|path| path.is_file())
}

/// Ports of the loopback that nobody listens at.
///
/// # Panics
/// When the machine has none left.
pub fn free_ports<const N: usize>() -> [u16; N] {
    // All are held until all are found, so that no two are the same.
    let held = [(); N].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port"));
    held.map(|listener| listener.local_addr().expect("it is bound").port())
}

/// Waits until `ready` says so.
///
/// # Panics
/// After half a minute, naming `what` was waited for.
pub fn wait_for(what: &str, mut ready: impl FnMut() -> bool) {
    for _ in 0..POLLS_MAX {
        if ready() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come about within half a minute");
}

/// A connection to the loopback whose reads and writes give up after two seconds.
///
/// # Errors
/// When nobody listens there.
pub fn connect(port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.set_write_timeout(Some(Duration::from_secs(2)))?;
    Ok(stream)
}
