//! What cannot register itself, and where it says so: in a setting, or in a container's labels.

use std::collections::BTreeMap;

use async_trait::async_trait;
use tge_ports::Instance;
use thiserror::Error;

/// Label that asks for registration and names the service.
const NAME: &str = "tge.register";
/// Label with the port to probe.
const PORT: &str = "tge.register.port";
/// Label with the way to probe: `tcp` (the default) or `http`.
const CHECK: &str = "tge.register.check";
/// Label with the path of an `http` probe.
const PATH: &str = "tge.register.path";

/// How to find out whether it is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// A connection is accepted.
    Tcp,
    /// A GET of this path is answered with a status below 400.
    Http(String),
}

/// Something that cannot register itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registrant {
    /// The service.
    pub name: String,
    /// Where it answers.
    pub host: String,
    /// The port there.
    pub port: u16,
    /// How to find out whether it is there.
    pub check: Check,
}

/// A text or labels that name nothing to register.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("cannot register {given:?}: {reason}")]
pub struct RegistrantError {
    /// The entry, or the container.
    pub given: String,
    /// What is wrong, and what was expected.
    pub reason: &'static str,
}

/// A container, as far as registration is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its name, under which it is found on its networks.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// Who knows the containers; the actuator, for the registry has no socket.
#[async_trait]
pub trait Containers: Send + Sync + 'static {
    /// Every container of this deployment, running or not.
    ///
    /// # Errors
    /// Whatever keeps the list away; the registry goes on with the last one.
    async fn list(&self) -> Result<Vec<Container>, Box<dyn std::error::Error + Send + Sync>>;
}

// === impl Registrant ===

impl Registrant {
    /// As the directory knows it.
    pub fn instance(&self) -> Instance {
        let check = match &self.check {
            Check::Tcp => "tcp".to_owned(),
            Check::Http(path) => format!("http {path}"),
        };
        // A directory takes no brackets in names; without them an IPv6 address is as unique.
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        Instance {
            id: format!("{}:{host}:{}", self.name, self.port),
            service: self.name.clone(),
            host: self.host.clone(),
            port: self.port,
            meta: BTreeMap::from([(REGISTERED_BY.to_owned(), REGISTRY.to_owned()), ("check".to_owned(), check)]),
        }
    }
}

/// Meta key that tells who registered an instance.
pub(crate) const REGISTERED_BY: &str = "registered-by";
/// Its value for what the registry registered.
pub(crate) const REGISTRY: &str = "service-registry";

/// Reads one entry of the setting: `postgres=postgres:5432/tcp`, `prometheus=prometheus:9090/http/-/healthy`.
///
/// # Errors
/// [`RegistrantError`] with the entry and what was expected.
pub fn parse(entry: &str) -> Result<Registrant, RegistrantError> {
    let refuse = |reason| RegistrantError { given: entry.to_owned(), reason };
    let (name, rest) = entry.split_once('=').ok_or_else(|| refuse("expected name=host:port/check"))?;
    let (address, check) = rest.split_once('/').ok_or_else(|| refuse("expected /tcp or /http/path after the port"))?;
    let (host, port) = address.rsplit_once(':').ok_or_else(|| refuse("expected host:port"))?;
    if !is_name(name) {
        return Err(refuse("the name must be of letters, digits and dashes"));
    }
    if !is_host(host) {
        return Err(refuse("the host is empty or has signs that no host has"));
    }
    let port = read_port(port).ok_or_else(|| refuse("the port must be a number from 1 to 65535"))?;
    let check = match check.split_once('/').unwrap_or((check, "")) {
        ("tcp", "") => Check::Tcp,
        ("http", path) => read_path(&format!("/{path}")).ok_or_else(|| refuse("the path has blanks"))?,
        _ => return Err(refuse("the check must be tcp or http/path")),
    };
    Ok(Registrant { name: name.to_owned(), host: host.to_owned(), port, check })
}

/// What a container asks for; `None` when it asks for nothing.
///
/// # Errors
/// [`RegistrantError`] with the container and the label to mend.
pub fn from_labels(container: &Container) -> Option<Result<Registrant, RegistrantError>> {
    let label = |key: &str| container.labels.get(key).map(String::as_str);
    let name = label(NAME)?;
    let refuse = |reason| RegistrantError { given: format!("container {}", container.name), reason };
    let read = || {
        if !is_name(name) {
            return Err(refuse("label tge.register must be of letters, digits and dashes"));
        }
        let port = label(PORT).ok_or_else(|| refuse("label tge.register.port is missing"))?;
        let port = read_port(port).ok_or_else(|| refuse("label tge.register.port must be 1 to 65535"))?;
        let check = match label(CHECK).unwrap_or("tcp") {
            "tcp" => Check::Tcp,
            "http" => read_path(label(PATH).unwrap_or("/"))
                .ok_or_else(|| refuse("label tge.register.path must begin with / and have no blanks"))?,
            _ => return Err(refuse("label tge.register.check must be tcp or http")),
        };
        if !is_host(&container.name) {
            return Err(refuse("its name is no host name; rename it"));
        }
        Ok(Registrant { name: name.to_owned(), host: container.name.clone(), port, check })
    };
    Some(read())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_host(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

fn read_port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|&port| port > 0)
}

fn read_path(path: &str) -> Option<Check> {
    let valid = path.starts_with('/') && !path.chars().any(|c| c.is_whitespace() || c.is_control());
    valid.then(|| Check::Http(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_entries_of_the_setting() {
        let cases = [
            ("postgres=postgres:5432/tcp", Ok(("postgres", "postgres", 5432, Check::Tcp))),
            (
                "prometheus=prometheus:9090/http/-/healthy",
                Ok(("prometheus", "prometheus", 9090, Check::Http("/-/healthy".to_owned()))),
            ),
            ("haproxy=[::1]:8404/http", Ok(("haproxy", "[::1]", 8404, Check::Http("/".to_owned())))),
            ("postgres", Err("expected name=host:port/check")),
            ("postgres=postgres:5432", Err("expected /tcp or /http/path")),
            ("postgres=postgres/tcp", Err("expected host:port")),
            ("postgres=postgres:0/tcp", Err("1 to 65535")),
            ("postgres=postgres:70000/tcp", Err("1 to 65535")),
            ("postgres=:5432/tcp", Err("the host is empty")),
            ("postgres=a b:5432/tcp", Err("no host has")),
            ("a b=postgres:5432/tcp", Err("letters, digits")),
            ("postgres=postgres:5432/udp", Err("tcp or http/path")),
            ("postgres=postgres:5432/tcp/x", Err("tcp or http/path")),
            ("p=p:1/http/a b", Err("the path has blanks")),
        ];
        for (entry, expected) in cases {
            match (parse(entry), expected) {
                (Ok(read), Ok((name, host, port, check))) => {
                    assert_eq!(
                        (read.name.as_str(), read.host.as_str(), read.port, read.check),
                        (name, host, port, check)
                    );
                }
                (Err(error), Err(expected)) => {
                    assert!(error.to_string().contains(expected) && error.given == entry, "{error}");
                }
                (read, _) => panic!("{entry}: {read:?}"),
            }
        }
    }

    #[test]
    fn reads_labels() {
        let container = |labels: &[(&str, &str)]| Container {
            name: "tge-redis-1".to_owned(),
            labels: labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        };
        assert!(from_labels(&container(&[("tge.component", "redis")])).is_none());
        let tcp = from_labels(&container(&[(NAME, "redis-master-1"), (PORT, "7001")])).unwrap().unwrap();
        assert_eq!(tcp.instance().id, "redis-master-1:tge-redis-1:7001");
        assert_eq!(tcp.check, Check::Tcp);
        let http = container(&[(NAME, "prometheus"), (PORT, "9090"), (CHECK, "http"), (PATH, "/-/healthy")]);
        assert_eq!(from_labels(&http).unwrap().unwrap().check, Check::Http("/-/healthy".to_owned()));
        let wrong: &[(&[(&str, &str)], &str)] = &[
            (&[(NAME, "redis")], "tge.register.port is missing"),
            (&[(NAME, "redis"), (PORT, "x")], "tge.register.port must be"),
            (&[(NAME, ""), (PORT, "1")], "label tge.register must"),
            (&[(NAME, "a"), (PORT, "1"), (CHECK, "udp")], "tge.register.check"),
            (&[(NAME, "a"), (PORT, "1"), (CHECK, "http"), (PATH, "x")], "tge.register.path"),
        ];
        for (labels, expected) in wrong {
            let error = from_labels(&container(labels)).unwrap().unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("tge-redis-1"), "{error}");
        }
    }
}
