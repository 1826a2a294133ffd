//! The adapters of a program, made from its settings.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use tge_consul::{ConsulConfig, ConsulDirectory};
use tge_detect::Projects;
use tge_local::{SystemClock, SystemEntropy};
use tge_ports::store::Stores;
use tge_ports::{Bus, Directory, Instance, PROCESS, StoreError};
use tge_proto::Rpc;
use tge_redis::{RedisBus, RedisConfig};
use tge_service::{BootError, Context, Program, Registration, Setting, Settings, World, run};
use tge_sources::Catalog;

/// Connections to PostgreSQL of one process: fifty agents must fit below `max_connections`.
const POOL: u32 = 4;

/// Settings of programs that are found by others.
pub(crate) const DIRECTORY: &[Setting] = &[
    Setting { key: "consul_url", env: "CONSUL_URL", default: "http://127.0.0.1:8500", help: "where Consul answers" },
    Setting {
        key: "consul_token_file",
        env: "CONSUL_TOKEN_FILE",
        default: "",
        help: "file with the ACL token; empty where access is not controlled",
    },
    Setting {
        key: "advertise",
        env: "TGE_ADVERTISE",
        default: "",
        help: "host:port under which others reach this process; the host's name and the listening port when empty",
    },
];

/// Settings of programs that keep something.
pub(crate) const STORE: &[Setting] = &[
    Setting {
        key: "postgres_url",
        env: "POSTGRES_URL",
        default: "postgres://tge@127.0.0.1:5432/tge",
        help: "the database, without its password",
    },
    Setting {
        key: "postgres_password_file",
        env: "POSTGRES_PASSWORD_FILE",
        default: "",
        help: "file with the database's password",
    },
];

/// Settings of programs on the bus.
pub(crate) const BUS: &[Setting] = &[
    Setting {
        key: "redis_nodes",
        env: "REDIS_NODES",
        default: "127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003",
        help: "some nodes of the Redis Cluster, host:port,...",
    },
    Setting { key: "redis_user", env: "REDIS_USER", default: "", help: "ACL user; the default one when empty" },
    Setting { key: "redis_password_file", env: "REDIS_PASSWORD_FILE", default: "", help: "file with the password" },
];

/// Settings of programs that know the sources.
pub(crate) const SOURCES: &[Setting] = &[Setting {
    key: "sources_dir",
    env: "TGE_SOURCES_DIR",
    default: "/etc/tge/sources",
    help: "folder of source files (*.yaml)",
}];

/// Settings of programs that know the projects.
pub(crate) const PROJECTS: &[Setting] = &[Setting {
    key: "projects_file",
    env: "TGE_PROJECTS_FILE",
    default: "/etc/tge/projects.yaml",
    help: "watch-list of projects",
}];

/// Settings of programs that fetch.
pub(crate) const FETCH: &[Setting] = &[
    Setting {
        key: "allow_net",
        env: "TGE_ALLOW_NET",
        default: "",
        help: "networks that may be fetched from although they are private, CIDR,...",
    },
    Setting {
        key: "authorities_file",
        env: "TGE_AUTHORITIES_FILE",
        default: "",
        help: "file with certificates (PEM) of authorities trusted beside the public ones",
    },
];

/// Settings of programs that remember.
pub(crate) const MEMORY: &[Setting] = &[Setting {
    key: "memory_url",
    env: "MEMORY_URL",
    default: "http://127.0.0.1:8002",
    help: "where the memory-coordinator answers",
}];

/// Runs a program of the swarm.
pub(crate) fn main(program: &'static Program) -> ExitCode {
    // The process's one TLS provider; a second installation in one process is no harm.
    drop(rustls::crypto::ring::default_provider().install_default());
    run(program)
}

/// The world as it is.
pub(crate) fn world() -> World {
    (Arc::new(SystemClock), Arc::new(SystemEntropy))
}

/// A wrong setting: ends the program with code 64.
pub(crate) fn config(error: impl Error + Send + Sync + 'static) -> BootError {
    BootError::Config(Box::new(error))
}

/// The stores. Away: tried again. Refused or newer: a wrong configuration.
pub(crate) async fn stores(context: &Context, settings: &Settings) -> Result<Stores, BootError> {
    let url: String = settings.get("postgres_url")?;
    let password = settings.secret("postgres_password_file")?.map(|secret| secret.reveal().to_owned());
    tge_store::postgres::connect(&url, password, POOL, context.name).await.map_err(|error| match error {
        StoreError::Unavailable { .. } => BootError::Away { what: "PostgreSQL", source: Box::new(error) },
        other => config(other),
    })
}

/// The bus. One that is away is no reason to wait: the store is the truth, hints come later.
pub(crate) async fn bus(context: &Context, settings: &Settings) -> Result<Arc<RedisBus>, BootError> {
    let nodes: String = settings.get("redis_nodes")?;
    let mut redis = RedisConfig::new(&nodes).map_err(config)?;
    redis.user = settings.optional("redis_user")?;
    redis.password = settings.secret("redis_password_file")?.map(|secret| secret.reveal().to_owned());
    let bus = Arc::new(RedisBus::start(redis, &*context.entropy).await);
    match bus.check().await {
        Err(error @ tge_ports::BusError::Refused { .. }) => Err(config(error)),
        Err(error) => {
            tracing::warn!(error = %tge_service::chain(&error), "the bus is not whole yet; going on without hints");
            Ok(bus)
        }
        Ok(()) => Ok(bus),
    }
}

/// The directory, and how this process is registered there.
pub(crate) fn registration(context: &Context, settings: &Settings) -> Result<Registration, BootError> {
    let (host, port) = advertised(settings)?;
    let listen: SocketAddr = settings.get("listen")?;
    let metrics: Option<SocketAddr> = settings.optional("metrics_listen")?;
    let metrics_port = metrics.map_or(listen.port(), |metrics| metrics.port());
    let meta = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("metrics-port", metrics_port.to_string()),
        (PROCESS, format!("{:016x}", context.entropy.bits() >> 64)),
    ];
    let instance = Instance {
        id: format!("{}:{host}:{port}", context.name),
        service: context.name.to_owned(),
        host,
        port,
        meta: meta.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
    };
    Ok(Registration { directory: directory(settings)?, instance })
}

/// A name for leases and locks that no other process has, not even the one that ran here before: a process that comes back
/// under its predecessor's name would keep that one's session alive and never lead.
pub(crate) fn holder(context: &Context, registration: &Registration) -> String {
    format!("{}:{:08x}", registration.instance.id, context.entropy.bits() >> 96)
}

/// The directory alone.
pub(crate) fn directory(settings: &Settings) -> Result<Arc<dyn Directory>, BootError> {
    let url: String = settings.get("consul_url")?;
    let mut consul = ConsulConfig::new(&url);
    consul.token = settings.secret("consul_token_file")?.map(|secret| secret.reveal().to_owned());
    Ok(Arc::new(ConsulDirectory::new(consul).map_err(config)?))
}

/// Where others reach this process.
pub(crate) fn address(settings: &Settings) -> Result<String, BootError> {
    let (host, port) = advertised(settings)?;
    Ok(format!("http://{host}:{port}"))
}

fn advertised(settings: &Settings) -> Result<(String, u16), BootError> {
    let listen: SocketAddr = settings.get("listen")?;
    let Some(given) = settings.optional::<String>("advertise")? else {
        // A container's host name is its short id, which its networks resolve.
        let host = std::fs::read_to_string("/etc/hostname").map(|name| name.trim().to_owned()).unwrap_or_default();
        let host = if host.is_empty() { "localhost".to_owned() } else { host };
        return Ok((host, listen.port()));
    };
    let parts = given.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
    parts.ok_or_else(|| {
        BootError::Config(format!("setting advertise (TGE_ADVERTISE) is {given:?}: expected host:port").into())
    })
}

/// The sources.
pub(crate) fn catalog(settings: &Settings) -> Result<Arc<Catalog>, BootError> {
    let folder: PathBuf = settings.get("sources_dir")?;
    Ok(Arc::new(tge_agent::load_sources(&folder).map_err(config)?))
}

/// The projects.
pub(crate) fn projects(settings: &Settings) -> Result<Projects, BootError> {
    let path: PathBuf = settings.get("projects_file")?;
    let text = std::fs::read_to_string(&path).map_err(|error| {
        BootError::Config(format!("cannot read the projects file {}: {error}", path.display()).into())
    })?;
    Projects::parse(&text).map_err(config)
}

/// The guarded client's settings.
pub(crate) fn fetch(settings: &Settings) -> Result<tge_http::Config, BootError> {
    let nets: Vec<String> = settings.optional("allow_net")?.unwrap_or_default();
    let parse = |net: &String| {
        net.parse::<IpNet>().map_err(|error| {
            BootError::Config(
                format!("setting allow_net (TGE_ALLOW_NET): {net:?} is no network: {error}; write 10.0.0.0/8").into(),
            )
        })
    };
    let allow_nets = nets.iter().map(parse).collect::<Result<_, _>>()?;
    let authorities = match settings.optional::<PathBuf>("authorities_file")? {
        None => Vec::new(),
        Some(path) => {
            let named = |error: Box<dyn Error + Send + Sync>| {
                let setting = "setting authorities_file (TGE_AUTHORITIES_FILE)";
                BootError::Config(format!("{setting}: {} cannot be used: {error}", path.display()).into())
            };
            let pem = std::fs::read(&path).map_err(|error| named(error.into()))?;
            tge_http::authorities(&pem).map_err(|error| named(error.into()))?
        }
    };
    Ok(tge_http::Config { allow_nets, authorities, ..tge_http::Config::default() })
}

/// The way to memory.
pub(crate) fn memory(settings: &Settings) -> Result<Rpc, BootError> {
    let url: String = settings.get("memory_url")?;
    tge_proto::connect(&url, Duration::from_secs(5)).map_err(config)
}
