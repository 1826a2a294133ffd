//! What an operator sets.

use std::path::PathBuf;

use tge_service::{Secret, Setting, SettingError, Settings};

/// The actuator's keys.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "compose_project",
        env: "TGE_COMPOSE_PROJECT",
        default: "",
        help: "the compose project whose containers may be acted on",
    },
    Setting {
        key: "actuator_token_file",
        env: "ACTUATOR_TOKEN_FILE",
        default: "",
        help: "file with the token that callers must send",
    },
    Setting {
        key: "actuator_read_token_file",
        env: "ACTUATOR_READ_TOKEN_FILE",
        default: "",
        help: "file with a second token, for callers that may list, watch and measure and nothing else",
    },
    Setting {
        key: "actuator_state",
        env: "TGE_STATE_DIR",
        default: "/var/lib/tge",
        help: "directory for the highest fence and the audit",
    },
];

/// How an actuator behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// The compose project whose containers may be acted on.
    pub project: String,
    /// What callers must send.
    pub token: Secret,
    /// What callers send who may only look; none where there are no such callers.
    pub read_token: Option<Secret>,
    /// Directory for the highest fence and the audit.
    pub state: PathBuf,
}

impl Config {
    /// Reads the actuator's keys.
    ///
    /// # Errors
    /// [`SettingError`] when a value is missing or the token cannot be read.
    pub fn read(settings: &Settings) -> Result<Self, SettingError> {
        let missing = |key, env, help| SettingError::Missing { key, env, help };
        Ok(Self {
            project: settings.get("compose_project")?,
            token: settings.secret("actuator_token_file")?.ok_or_else(|| {
                missing("actuator_token_file", "ACTUATOR_TOKEN_FILE", "file with the token that callers must send")
            })?,
            read_token: settings.secret("actuator_read_token_file")?,
            state: settings.get("actuator_state")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let error = Config::read(&Settings::of(SETTINGS, &[])).unwrap_err().to_string();
        assert!(error.contains("TGE_COMPOSE_PROJECT"), "{error}");
        let error = Config::read(&Settings::of(SETTINGS, &[("compose_project", "tge".to_owned())])).unwrap_err();
        assert!(error.to_string().contains("ACTUATOR_TOKEN_FILE"), "{error}");
    }
}
