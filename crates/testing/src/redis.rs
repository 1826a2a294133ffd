//! A private Redis: a cluster of three masters, or a lone server that is none.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use tempfile::TempDir;

use crate::process::{Server, connect, find, free_ports, wait_for};

/// The first and last slot of each master.
const RANGES: [(u16, u16); 3] = [(0, 5_460), (5_461, 10_922), (10_923, 16_383)];

/// Redis servers of a test's own.
#[derive(Debug)]
pub struct Redis {
    program: PathBuf,
    nodes: Vec<Node>,
    password: Option<String>,
    /// Nodes of one cluster, or one that is none.
    cluster: bool,
}

#[derive(Debug)]
struct Node {
    port: u16,
    bus_port: u16,
    directory: TempDir,
    server: Option<Server>,
}

// === impl Redis ===

impl Redis {
    /// Whether the server is installed.
    pub fn installed() -> bool {
        find("redis-server").is_some()
    }

    /// Three masters with even slot ranges; `None` where the server is not installed.
    ///
    /// # Panics
    /// When the server is installed and does not work.
    pub fn cluster(password: Option<&str>) -> Option<Self> {
        let redis = Self::start(3, true, password)?;
        for (index, (first, last)) in RANGES.into_iter().enumerate() {
            redis.command(index, &format!("CLUSTER SET-CONFIG-EPOCH {}", index + 1));
            redis.command(index, &format!("CLUSTER ADDSLOTSRANGE {first} {last}"));
        }
        for node in &redis.nodes[1..] {
            redis.command(0, &format!("CLUSTER MEET 127.0.0.1 {} {}", node.port, node.bus_port));
        }
        redis.wait_until_whole();
        Some(redis)
    }

    /// One server with cluster support switched off; `None` where the server is not installed.
    ///
    /// # Panics
    /// When the server is installed and does not work.
    pub fn lone() -> Option<Self> {
        Self::start(1, false, None)
    }

    fn start(count: usize, cluster: bool, password: Option<&str>) -> Option<Self> {
        let program = find("redis-server")?;
        let nodes = (0..count).map(|_| {
            let [port, bus_port] = free_ports();
            let directory = TempDir::new().expect("a directory for the server");
            Node { port, bus_port, directory, server: None }
        });
        let mut redis = Self { program, nodes: nodes.collect(), password: password.map(str::to_owned), cluster };
        for index in 0..count {
            redis.run(index);
        }
        Some(redis)
    }

    /// The nodes as a client is told them: host, colon, port, with commas between.
    pub fn addresses(&self) -> String {
        let addresses: Vec<String> = (0..self.nodes.len()).map(|index| self.address(index)).collect();
        addresses.join(",")
    }

    /// One node's host, colon and port.
    pub fn address(&self, index: usize) -> String {
        format!("127.0.0.1:{}", self.nodes[index].port)
    }

    /// Ends a node as a power cut would.
    pub fn kill(&mut self, index: usize) {
        self.nodes[index].server = None;
    }

    /// Starts a killed node again; what it held is lost, its place in the cluster is not.
    ///
    /// # Panics
    /// When it does not start.
    pub fn run(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        let mut arguments = vec!["--port".to_owned(), node.port.to_string()];
        let fixed = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
        arguments.extend(fixed.map(str::to_owned));
        if self.cluster {
            let bus_port = node.bus_port.to_string();
            let cluster = [
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                &bus_port,
                "--cluster-announce-ip",
                "127.0.0.1",
                "--cluster-node-timeout",
                "2000",
                "--cluster-require-full-coverage",
                "no",
            ];
            arguments.extend(cluster.map(str::to_owned));
        }
        if let Some(password) = &self.password {
            arguments.extend(["--requirepass".to_owned(), password.clone()]);
        }
        node.server = Some(Server::start(&self.program, &arguments, node.directory.path()));
        wait_for("a Redis server", || self.try_command(index, "PING").is_some_and(|answer| answer.contains("PONG")));
    }

    /// Freezes a node.
    pub fn freeze(&self, index: usize) {
        if let Some(server) = &self.nodes[index].server {
            server.freeze();
        }
    }

    /// Thaws a node.
    pub fn thaw(&self, index: usize) {
        if let Some(server) = &self.nodes[index].server {
            server.thaw();
        }
    }

    /// Waits until every node thinks the cluster whole.
    ///
    /// # Panics
    /// When it does not come about.
    pub fn wait_until_whole(&self) {
        for index in 0..self.nodes.len() {
            wait_for("a whole Redis Cluster", || {
                let info = self.try_command(index, "CLUSTER INFO").unwrap_or_default();
                ["cluster_state:ok", "cluster_slots_ok:16384", "cluster_known_nodes:3"]
                    .iter()
                    .all(|word| info.contains(word))
            });
        }
    }

    /// The id a node has in its cluster.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn id(&self, index: usize) -> String {
        self.command(index, "CLUSTER MYID").trim().to_owned()
    }

    /// Sends a node a command of plain words; its answer, an array's members on lines of their own.
    ///
    /// # Panics
    /// When it does not answer or answers with an error.
    pub fn command(&self, index: usize, command: &str) -> String {
        let answer = self.try_command(index, command);
        answer.unwrap_or_else(|| panic!("{command:?} failed on Redis node {index}"))
    }

    fn try_command(&self, index: usize, command: &str) -> Option<String> {
        let mut stream = connect(self.nodes[index].port).ok()?;
        let mut lines = String::new();
        if let Some(password) = &self.password {
            lines.push_str(&format!("AUTH {password}\r\n"));
        }
        lines.push_str(command);
        lines.push_str("\r\n");
        stream.write_all(lines.as_bytes()).ok()?;
        let mut answers = BufReader::new(stream);
        if self.password.is_some() {
            read_answer(&mut answers)?;
        }
        read_answer(&mut answers)
    }
}

/// One answer of the protocol; `None` for an error.
fn read_answer(from: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    let line = line.trim_end();
    let rest = line.get(1..)?;
    match line.as_bytes().first()? {
        b'+' | b':' => Some(rest.to_owned()),
        b'$' => {
            let Ok(length) = rest.parse::<usize>() else { return Some(String::new()) };
            let mut body = vec![0; length + 2];
            from.read_exact(&mut body).ok()?;
            body.truncate(length);
            String::from_utf8(body).ok()
        }
        b'*' => {
            let members = (0..rest.parse::<usize>().unwrap_or(0)).map(|_| read_answer(from));
            members.collect::<Option<Vec<String>>>().map(|members| members.join("\n"))
        }
        _ => None,
    }
}
