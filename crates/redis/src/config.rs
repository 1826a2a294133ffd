//! Where the cluster is, and how patient we are with it.

use std::fmt;
use std::time::Duration;

use fred::prelude::{
    Builder, Client, Config, ConnectionConfig, Error, PerformanceConfig, ReconnectPolicy, Server, ServerConfig,
};
use fred::types::RespVersion;
use thiserror::Error as ThisError;

/// Where the cluster is, and how patient we are with it.
#[derive(Clone)]
pub struct RedisConfig {
    /// Some of the cluster's nodes, as host and port; the others are learned from them.
    pub nodes: Vec<(String, u16)>,
    /// The ACL user; `None` for the default one.
    pub user: Option<String>,
    /// The password; `None` where the server asks for none.
    pub password: Option<String>,
    /// How long a command may take. Default 1.5 s.
    pub command_timeout: Duration,
    /// How long connecting to a node may take. Default 500 ms.
    pub connect_timeout: Duration,
    /// How long a node may leave a PING unanswered before its client is replaced. Default 1 s.
    pub watchdog: Duration,
    /// How often the slot map is read again: a failover tells nobody. Default 2 s.
    pub refresh_every: Duration,
    /// How long a queue's entry may stay with a consumer that does not acknowledge it. Default 60 s.
    pub reclaim_after: Duration,
}

/// A list of nodes that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("{given:?} is no list of Redis nodes: expected host:port,host:port,... (REDIS_NODES)")]
pub struct NodesError {
    /// The part that was given.
    pub given: String,
}

// === impl RedisConfig ===

impl RedisConfig {
    /// The defaults for a cluster some of whose nodes are `nodes`, for example `redis-1:7001,redis-2:7002`.
    ///
    /// # Errors
    /// [`NodesError`] with the part that is not `host:port`.
    pub fn new(nodes: &str) -> Result<Self, NodesError> {
        let nodes = nodes.split(',').map(|node| {
            let (host, port) = node.trim().rsplit_once(':').unwrap_or_default();
            match port.parse() {
                Ok(port) if !host.is_empty() => Ok((host.to_owned(), port)),
                _ => Err(NodesError { given: node.to_owned() }),
            }
        });
        Ok(Self {
            nodes: nodes.collect::<Result<_, _>>()?,
            user: None,
            password: None,
            command_timeout: Duration::from_millis(1_500),
            connect_timeout: Duration::from_millis(500),
            watchdog: Duration::from_secs(1),
            refresh_every: Duration::from_secs(2),
            reclaim_after: Duration::from_secs(60),
        })
    }

    pub(crate) fn seeds(&self) -> Vec<Server> {
        self.nodes.iter().map(|(host, port)| Server::new(host.clone(), *port)).collect()
    }

    /// The nodes as they were given, for errors.
    pub(crate) fn target(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        nodes.join(",")
    }

    /// A client for commands. It connects again by itself, and each command is tried once.
    pub(crate) fn commander(&self, at: &Server) -> Result<Client, Error> {
        self.client(at, RespVersion::RESP2, false)
    }

    /// A client for listening. It gives up at the first trouble and is replaced, since it would not subscribe again.
    pub(crate) fn listener(&self, at: &Server) -> Result<Client, Error> {
        // Only this version of the protocol answers a PING on a connection that listens.
        self.client(at, RespVersion::RESP3, true)
    }

    fn client(&self, at: &Server, version: RespVersion, fail_fast: bool) -> Result<Client, Error> {
        let config = Config {
            fail_fast,
            username: self.user.clone(),
            password: self.password.clone(),
            server: ServerConfig::Centralized { server: at.clone() },
            version,
            ..Config::default()
        };
        Builder::from_config(config)
            .with_performance_config(|performance: &mut PerformanceConfig| {
                performance.default_command_timeout = self.command_timeout;
                performance.broadcast_channel_capacity = 4_096;
            })
            .with_connection_config(|connection: &mut ConnectionConfig| {
                connection.connection_timeout = self.connect_timeout;
                connection.internal_command_timeout = self.command_timeout;
                // A command whose answer was lost may have been carried out: never twice behind the caller's back.
                connection.max_command_attempts = 1;
                // CLUSTERDOWN, LOADING and READONLY are answers to one command, no reason to drop a connection.
                connection.reconnect_errors = Vec::new();
            })
            .set_policy(ReconnectPolicy::new_constant(0, 100))
            .build()
    }
}

impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("nodes", &self.nodes)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_read_and_bad_ones_named() {
        let config = RedisConfig::new("a:7001, b:7002,::1:7003").expect("readable");
        let nodes: Vec<(&str, u16)> = config.nodes.iter().map(|(host, port)| (host.as_str(), *port)).collect();
        assert_eq!(nodes, [("a", 7001), ("b", 7002), ("::1", 7003)]);
        for (given, bad) in [("", ""), ("a", "a"), ("a:1,b", "b"), ("a:99999", "a:99999"), (":7001", ":7001")] {
            assert_eq!(RedisConfig::new(given).err(), Some(NodesError { given: bad.to_owned() }), "{given:?}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let mut config = RedisConfig::new("a:7001").expect("readable");
        config.password = Some("hush".to_owned());
        assert!(!format!("{config:?}").contains("hush"));
    }
}
