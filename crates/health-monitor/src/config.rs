//! What an operator may change.

use std::time::Duration;

use tge_control::recover::RecoverConfig;
use tge_service::{Secret, Setting, SettingError, Settings};

/// The monitor's keys.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "actuator_url",
        env: "ACTUATOR_URL",
        default: "http://actuator:8031",
        help: "where the actuator answers",
    },
    Setting {
        key: "actuator_token_file",
        env: "ACTUATOR_TOKEN_FILE",
        default: "",
        help: "file with the token the actuator wants",
    },
    Setting {
        key: "recovery_cooldown",
        env: "TGE_RECOVERY_COOLDOWN",
        default: "300s",
        help: "from the end of one restart of a container to the next; up to a quarter more is added by chance",
    },
    Setting {
        key: "recovery_attempts",
        env: "TGE_RECOVERY_ATTEMPTS",
        default: "3",
        help: "restarts of a component until it was healthy for the window",
    },
    Setting {
        key: "recovery_window",
        env: "TGE_RECOVERY_WINDOW",
        default: "600s",
        help: "this long healthy, and restarts are forgotten",
    },
];

/// How a monitor behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the actuator answers.
    pub actuator_url: String,
    /// What the actuator wants.
    pub token: Secret,
    /// The ladder's windows and limits.
    pub recover: RecoverConfig,
}

impl Config {
    /// Reads the monitor's keys.
    ///
    /// # Errors
    /// [`SettingError`] when a value is missing or does not fit, or the token cannot be read.
    pub fn read(settings: &Settings) -> Result<Self, SettingError> {
        let token = settings.secret("actuator_token_file")?.ok_or(SettingError::Missing {
            key: "actuator_token_file",
            env: "ACTUATOR_TOKEN_FILE",
            help: "file with the token the actuator wants",
        })?;
        let recover = RecoverConfig {
            cooldown: settings.get::<Duration>("recovery_cooldown")?,
            attempts: settings.get::<u32>("recovery_attempts")?,
            window: settings.get::<Duration>("recovery_window")?.max(Duration::from_secs(1)),
            ..RecoverConfig::default()
        };
        Ok(Self { actuator_url: settings.get("actuator_url")?, token, recover })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn defaults_are_the_specification_s() {
        let mut token = tempfile::NamedTempFile::new().unwrap();
        token.write_all(b"secret\n").unwrap();
        let path = token.path().display().to_string();
        let config = Config::read(&Settings::of(SETTINGS, &[("actuator_token_file", path.clone())])).unwrap();
        assert_eq!(config.recover, RecoverConfig::default());
        let wrong = [("actuator_token_file", path), ("recovery_cooldown", "soon".to_owned())];
        let error = Config::read(&Settings::of(SETTINGS, &wrong)).unwrap_err().to_string();
        assert!(error.contains("recovery_cooldown"), "{error}");
        assert!(Config::read(&Settings::of(SETTINGS, &[])).is_err(), "a token is needed");
    }
}
