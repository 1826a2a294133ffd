//! What an operator may change.

use std::time::Duration;

use tge_service::{Setting, SettingError, Settings};

/// The coordinator's keys.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "memory_writes_per_second",
        env: "TGE_MEMORY_WRITES_PER_SECOND",
        default: "50",
        help: "writes a second one writer may make for long",
    },
    Setting {
        key: "memory_write_burst",
        env: "TGE_MEMORY_WRITE_BURST",
        default: "200",
        help: "writes one writer may make at once after a pause",
    },
    Setting {
        key: "memory_sweep",
        env: "TGE_MEMORY_SWEEP",
        default: "90s",
        help: "the longest a lost hint may keep an old item alive here",
    },
    Setting {
        key: "memory_items_max",
        env: "TGE_MEMORY_ITEMS_MAX",
        default: "20000",
        help: "items kept at hand for reads and search; the rest is read from the store",
    },
    Setting {
        key: "memory_bytes_max",
        env: "TGE_MEMORY_BYTES_MAX",
        default: "268435456",
        help: "bytes of content kept at hand for reads and search",
    },
    Setting {
        key: "memory_watchers_max",
        env: "TGE_MEMORY_WATCHERS_MAX",
        default: "256",
        help: "streams followed at once",
    },
];

/// How a coordinator behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Writes a second one writer may make for long.
    pub writes_per_second: u32,
    /// Writes one writer may make at once after a pause.
    pub write_burst: u32,
    /// Pause between syncs that no hint asked for.
    pub sweep: Duration,
    /// Items kept at hand.
    pub items_max: usize,
    /// Bytes of content kept at hand.
    pub bytes_max: usize,
    /// Streams followed at once.
    pub watchers_max: usize,
    /// How long a stream's reader may leave a message untaken.
    pub reader_patience: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            writes_per_second: 50,
            write_burst: 200,
            sweep: Duration::from_secs(90),
            items_max: 20_000,
            bytes_max: 256 << 20,
            watchers_max: 256,
            reader_patience: Duration::from_secs(10),
        }
    }
}

impl Config {
    /// Reads the coordinator's keys.
    ///
    /// # Errors
    /// [`SettingError`] when a value does not fit.
    pub fn read(settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self {
            writes_per_second: settings.get::<u32>("memory_writes_per_second")?.max(1),
            write_burst: settings.get::<u32>("memory_write_burst")?.max(1),
            sweep: settings.get::<Duration>("memory_sweep")?.max(Duration::from_secs(1)),
            items_max: count(settings, "memory_items_max")?,
            bytes_max: count(settings, "memory_bytes_max")?,
            watchers_max: count(settings, "memory_watchers_max")?,
            reader_patience: Self::default().reader_patience,
        })
    }
}

fn count(settings: &Settings, key: &'static str) -> Result<usize, SettingError> {
    let value: u64 = settings.get(key)?;
    usize::try_from(value).ok().filter(|&value| value > 0).ok_or_else(|| SettingError::Value {
        key,
        from: "settings".to_owned(),
        given: value.to_string(),
        expected: "a whole number above zero",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_s_defaults_are_the_type_s() {
        let settings = Settings::of(SETTINGS, &[]);
        assert_eq!(Config::read(&settings).unwrap(), Config::default());
    }

    #[test]
    fn nonsense_is_refused_with_its_key() {
        for (key, value) in [
            ("memory_writes_per_second", "1.5"),
            ("memory_watchers_max", "-1"),
            ("memory_items_max", "0"),
            ("memory_sweep", "soon"),
        ] {
            let error = Config::read(&Settings::of(SETTINGS, &[(key, value.to_owned())])).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
    }
}
