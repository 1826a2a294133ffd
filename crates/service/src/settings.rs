//! Settings: one table per program, each key with default, environment name and documentation in one place.
//!
//! A value comes from the environment, else from the program's TOML file (named by `TGE_CONFIG`), else from the default.
//! Unknown keys of the file are refused; so is a value that does not fit, with the key, the place it came from, and what
//! was expected. Secrets are paths to files, never values, and `--dump-config` prints what is in force.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

/// One key of a program.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// Its name in the environment.
    pub env: &'static str,
    /// Its value when neither names it; empty means "not set".
    pub default: &'static str,
    /// What it does, with unit.
    pub help: &'static str,
}

/// A setting that cannot be used.
#[derive(Debug, Error)]
pub enum SettingError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("the configuration file {path} is not valid TOML")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// The file is of another version.
    #[error("the configuration file {path} has version {found}, this program reads version 1; write `version = 1`")]
    Version {
        /// The file.
        path: PathBuf,
        /// What stands there.
        found: String,
    },
    /// The file has a key this program does not know.
    #[error("unknown key {key:?} in {path}; known keys: {known}")]
    Unknown {
        /// The key.
        key: String,
        /// The file.
        path: PathBuf,
        /// The known ones.
        known: String,
    },
    /// A value does not fit.
    #[error("setting {key} ({from}) is {given:?}: expected {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// Where the value came from.
        from: String,
        /// The value.
        given: String,
        /// What would fit.
        expected: &'static str,
    },
    /// A value is needed and not given.
    #[error("setting {key} is not set; set {env} or `{key}` in the configuration file: {help}")]
    Missing {
        /// The key.
        key: &'static str,
        /// Its environment name.
        env: &'static str,
        /// What it does.
        help: &'static str,
    },
    /// A secret's file cannot be read, or is empty.
    #[error("cannot read the secret of {key} from {path}")]
    Secret {
        /// The key.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// A secret: printed as `***`, read by [`Secret::reveal`] alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What is in force, by key: value and where it came from.
#[derive(Debug, Clone)]
pub struct Settings {
    known: Vec<Setting>,
    values: BTreeMap<&'static str, (String, String)>,
}

/// A type a setting's text can be read as.
pub trait FromSetting: Sized {
    /// What texts fit, for the error.
    const EXPECTED: &'static str;

    /// Reads the text.
    fn from_setting(text: &str) -> Option<Self>;
}

// === impl Settings ===

impl Settings {
    /// Reads the environment through `env` and the file it names.
    ///
    /// # Errors
    /// [`SettingError`] for the file; values are judged when they are asked for.
    pub fn load(known: &[Setting], env: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let file = match env("TGE_CONFIG").filter(|path| !path.is_empty()) {
            Some(path) => read_file(Path::new(&path), known)?,
            None => BTreeMap::new(),
        };
        let mut values = BTreeMap::new();
        for setting in known {
            let value = if let Some(value) = env(setting.env).filter(|v| !v.is_empty()) {
                (value, format!("environment {}", setting.env))
            } else if let Some((value, path)) = file.get(setting.key) {
                (value.clone(), path.clone())
            } else {
                (setting.default.to_owned(), "default".to_owned())
            };
            values.insert(setting.key, value);
        }
        Ok(Self { known: known.to_vec(), values })
    }

    /// Settings from given values alone; for composition roots that have a command line of their own.
    pub fn of(known: &[Setting], given: &[(&'static str, String)]) -> Self {
        let mut values: BTreeMap<_, _> =
            known.iter().map(|s| (s.key, (s.default.to_owned(), "default".to_owned()))).collect();
        for (key, value) in given {
            values.insert(key, (value.clone(), "command line".to_owned()));
        }
        Self { known: known.to_vec(), values }
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// [`SettingError`] when it is not, or does not fit.
    pub fn get<T: FromSetting>(&self, key: &'static str) -> Result<T, SettingError> {
        let setting = self.setting(key);
        self.optional(key)?.ok_or(SettingError::Missing { key, env: setting.env, help: setting.help })
    }

    /// A value that may be absent: empty is absent.
    ///
    /// # Errors
    /// [`SettingError`] when it does not fit.
    pub fn optional<T: FromSetting>(&self, key: &'static str) -> Result<Option<T>, SettingError> {
        self.setting(key);
        let Some((text, from)) = self.values.get(key).filter(|(text, _)| !text.is_empty()) else { return Ok(None) };
        T::from_setting(text).map(Some).ok_or_else(|| SettingError::Value {
            key,
            from: from.clone(),
            given: text.clone(),
            expected: T::EXPECTED,
        })
    }

    /// The content of the file that `key` names, without the line's end; `None` when the key is not set.
    ///
    /// # Errors
    /// [`SettingError::Secret`] when the file cannot be read or is empty.
    pub fn secret(&self, key: &'static str) -> Result<Option<Secret>, SettingError> {
        let Some(path) = self.optional::<PathBuf>(key)? else { return Ok(None) };
        let refuse = |source| SettingError::Secret { key, path: path.clone(), source };
        let text = std::fs::read_to_string(&path).map_err(refuse)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(refuse(std::io::Error::new(std::io::ErrorKind::InvalidData, "the file is empty")));
        }
        Ok(Some(Secret(text.to_owned())))
    }

    /// What is in force, as a TOML file with comments.
    pub fn dump(&self) -> String {
        let mut out = String::from("version = 1\n");
        for setting in &self.known {
            let (value, from) = &self.values[setting.key];
            out.push_str(&format!(
                "\n# {}\n# environment: {}; from: {from}\n{} = {}\n",
                setting.help,
                setting.env,
                setting.key,
                toml::Value::String(value.clone())
            ));
        }
        out
    }

    fn setting(&self, key: &str) -> &Setting {
        self.known.iter().find(|s| s.key == key).expect("a program asks only for keys of its own table")
    }
}

fn read_file(path: &Path, known: &[Setting]) -> Result<BTreeMap<String, (String, String)>, SettingError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingError::Read { path: path.to_owned(), source })?;
    let table: toml::Table =
        text.parse().map_err(|source| SettingError::Syntax { path: path.to_owned(), source: Box::new(source) })?;
    if table.get("version").and_then(toml::Value::as_integer) != Some(1) {
        let found = table.get("version").map_or("none".to_owned(), ToString::to_string);
        return Err(SettingError::Version { path: path.to_owned(), found });
    }
    let mut values = BTreeMap::new();
    for (key, value) in table.into_iter().filter(|(key, _)| key != "version") {
        if !known.iter().any(|s| s.key == key) {
            let known = known.iter().map(|s| s.key).collect::<Vec<_>>().join(", ");
            return Err(SettingError::Unknown { key, path: path.to_owned(), known });
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Array(items) => items
                .iter()
                .map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(","),
            other => other.to_string(),
        };
        values.insert(key, (text, path.display().to_string()));
    }
    Ok(values)
}

/// Reads a duration: a number with `ms`, `s`, `m`, `h` or `d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..split].parse().ok()?;
    let millis = match &text[split..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(millis)?))
}

impl FromSetting for Duration {
    const EXPECTED: &'static str = "a duration such as 500ms, 30s, 5m, 2h or 7d";

    fn from_setting(text: &str) -> Option<Self> {
        parse_duration(text)
    }
}

impl FromSetting for String {
    const EXPECTED: &'static str = "a text";

    fn from_setting(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromSetting for PathBuf {
    const EXPECTED: &'static str = "a path";

    fn from_setting(text: &str) -> Option<Self> {
        Some(PathBuf::from(text))
    }
}

impl FromSetting for Vec<String> {
    const EXPECTED: &'static str = "texts separated by commas";

    fn from_setting(text: &str) -> Option<Self> {
        Some(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect())
    }
}

macro_rules! by_from_str {
    ($($type:ty => $expected:literal),+ $(,)?) => {$(
        impl FromSetting for $type {
            const EXPECTED: &'static str = $expected;

            fn from_setting(text: &str) -> Option<Self> {
                text.trim().parse().ok()
            }
        }
    )+};
}
by_from_str!(
    SocketAddr => "an address such as 127.0.0.1:8080",
    u16 => "a number from 0 to 65535",
    u32 => "a whole number",
    u64 => "a whole number",
    f64 => "a number",
    bool => "true or false",
);

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const KNOWN: &[Setting] = &[
        Setting { key: "listen", env: "TGE_LISTEN", default: "127.0.0.1:1", help: "where to listen" },
        Setting { key: "cooldown", env: "TGE_COOLDOWN", default: "5m", help: "how long to wait" },
        Setting { key: "password_file", env: "TGE_PASSWORD_FILE", default: "", help: "the password" },
    ];

    fn load(file: Option<&str>, env: &[(&str, &str)]) -> Result<Settings, SettingError> {
        let mut on_disk = tempfile::NamedTempFile::new().unwrap();
        on_disk.write_all(file.unwrap_or_default().as_bytes()).unwrap();
        let path = on_disk.path().display().to_string();
        Settings::load(KNOWN, &|name| {
            if name == "TGE_CONFIG" {
                return file.map(|_| path.clone());
            }
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn environment_beats_file_beats_default() {
        let settings = load(Some("version = 1\ncooldown = '30s'\nlisten = '127.0.0.1:2'"), &[("TGE_COOLDOWN", "7s")]);
        let settings = settings.unwrap();
        assert_eq!(settings.get::<Duration>("cooldown").unwrap(), Duration::from_secs(7));
        assert_eq!(settings.get::<SocketAddr>("listen").unwrap().port(), 2);
        assert_eq!(load(None, &[]).unwrap().get::<Duration>("cooldown").unwrap(), Duration::from_secs(300));
    }

    #[test]
    fn mistakes_name_the_key_the_place_and_the_cure() {
        let cases = [
            (Some("version = 1\ncoldown = '3s'"), "unknown key \"coldown\""),
            (Some("cooldown = '3s'"), "write `version = 1`"),
            (Some("version = 2"), "has version 2"),
            (Some("version = "), "not valid TOML"),
        ];
        for (file, expected) in cases {
            let error = load(file, &[]).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let error = load(None, &[("TGE_COOLDOWN", "soon")]).unwrap().get::<Duration>("cooldown").unwrap_err();
        let error = error.to_string();
        assert!(error.contains("environment TGE_COOLDOWN") && error.contains("expected a duration"), "{error}");
        let wrong_type = load(Some("version = 1\ncooldown = 5"), &[]).unwrap().get::<Duration>("cooldown");
        assert!(wrong_type.is_err());
    }

    #[test]
    fn secrets_stay_in_their_files() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"hunter2\n").unwrap();
        let path = file.path().display().to_string();
        let settings = load(None, &[("TGE_PASSWORD_FILE", path.as_str())]).unwrap();
        let secret = settings.secret("password_file").unwrap().unwrap();
        assert_eq!(secret.reveal(), "hunter2");
        assert!(!settings.dump().contains("hunter2") && !format!("{secret:?}").contains("hunter2"));
        let missing = load(None, &[("TGE_PASSWORD_FILE", "/nonexistent/x")]).unwrap();
        assert!(missing.secret("password_file").is_err());
    }
}
