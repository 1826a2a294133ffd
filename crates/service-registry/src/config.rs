//! What an operator may change.

use std::time::Duration;

use tge_service::{Setting, SettingError, Settings};
use thiserror::Error;

use crate::registrant::{Registrant, RegistrantError, parse};

/// The registry's keys.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "register",
        env: "TGE_REGISTER",
        default: "",
        help: "what cannot register itself, as name=host:port/tcp or name=host:port/http/path, separated by commas",
    },
    Setting {
        key: "actuator_url",
        env: "ACTUATOR_URL",
        default: "",
        help: "where the actuator answers, which knows the containers' labels tge.register; empty to read no labels",
    },
    Setting {
        key: "actuator_read_token_file",
        env: "ACTUATOR_READ_TOKEN_FILE",
        default: "",
        help: "file with the token of those who may only look at containers",
    },
    Setting {
        key: "register_every",
        env: "TGE_REGISTER_EVERY",
        default: "5s",
        help: "pause between two probes of what cannot register itself",
    },
];

/// A configuration that cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value does not fit.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// An entry of `register` cannot be read.
    #[error("setting register (environment TGE_REGISTER) cannot be used")]
    Register(#[source] RegistrantError),
}

/// How the registry behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What cannot register itself and is named by the operator.
    pub register: Vec<Registrant>,
    /// Pause between two probes.
    pub every: Duration,
}

impl Config {
    /// Reads the registry's keys.
    ///
    /// # Errors
    /// [`ConfigError`] names the key and the entry.
    pub fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let entries: Vec<String> = settings.optional("register")?.unwrap_or_default();
        let register = entries.iter().map(|entry| parse(entry)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            register: register.map_err(ConfigError::Register)?,
            every: settings.get::<Duration>("register_every")?.max(Duration::from_secs(1)),
        })
    }
}
