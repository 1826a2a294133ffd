//! SQLite on disks that are full or read-only.
//!
//! Such a disk needs a mount, a mount needs a namespace, and a namespace is a process's own: so each trial runs this
//! same program again, under `unshare`, as the process that meets the disk. Tests run as root, whom no file mode stops;
//! a mount does.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Failed, Trial};
use tempfile::TempDir;
use tge_model::Observation;
use tge_ports::StoreError;
use tge_ports::contract::store::document;

use super::clock::{StillClock, block_on};
use super::sqlite::open;

/// The first argument of a process that plays a scene.
pub(crate) const SCENE: &str = "play-scene";

type Scene = fn(&Path) -> Result<(), Failed>;

/// A scene with its name, the shell's preparation of `$1`, and what is played there.
const SCENES: [(&str, &str, Scene); 4] = [
    ("goes_on_when_a_full_disk_has_room", "mount -t tmpfs -o size=6m none \"$1\"", goes_on_when_there_is_room),
    ("cannot_begin_on_a_full_disk", "mount -t tmpfs -o size=12k none \"$1\"", cannot_begin_on_a_full_disk),
    (
        "refuses_a_read_only_directory",
        "mount -t tmpfs -o size=6m none \"$1\" && mount -o remount,ro \"$1\"",
        refuses_a_read_only_directory,
    ),
    (
        "refuses_a_database_on_a_read_only_mount",
        "mount -t tmpfs -o size=6m none \"$1\" && \"$0\" play-scene fill \"$1\" && mount -o remount,ro \"$1\"",
        refuses_a_read_only_directory,
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    // Only root may mount, and not in every sandbox.
    let able = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    let able = able.is_ok_and(|output| output.status.success());
    SCENES
        .iter()
        .map(|(name, prepare, _)| {
            let run = move || {
                let directory = TempDir::new()?;
                let output = Command::new("unshare")
                    .args(["-m", "sh", "-c", &format!("{prepare} && exec \"$0\" {SCENE} {name} \"$1\"")])
                    .arg(std::env::current_exe()?)
                    .arg(directory.path())
                    .output()?;
                if output.status.success() {
                    return Ok(());
                }
                Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
            };
            Trial::test(format!("sqlite::{name}"), run).with_ignored_flag(!able)
        })
        .collect()
}

/// Plays one scene in `directory`, in a process of its own.
#[expect(clippy::print_stderr, reason = "the trial that started this process reads it")]
pub(crate) fn play(scene: &str, directory: &Path) -> ExitCode {
    let played = match SCENES.iter().find(|one| one.0 == scene) {
        Some((_, _, play)) => play(directory),
        None => fill(directory),
    };
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{}", e.message().unwrap_or("failed without a word"));
            ExitCode::FAILURE
        }
    }
}

/// Leaves a database.
fn fill(directory: &Path) -> Result<(), Failed> {
    block_on(async {
        let stores = open(directory, &StillClock::new()).await?;
        stores.observations.ingest(&[document(1)], None).await?;
        Ok(())
    })
}

/// Twenty documents of some kilobytes.
fn batch(of: u64) -> Vec<Observation> {
    (of * 20..(of + 1) * 20).map(|n| Observation { text: "long ".repeat(2_000), ..document(n) }).collect()
}

fn goes_on_when_there_is_room(directory: &Path) -> Result<(), Failed> {
    let ballast = directory.join("ballast");
    fs::write(&ballast, vec![1; 2 << 20])?;
    block_on(async {
        let stores = open(directory, &StillClock::new()).await?;
        let mut accepted = 0;
        let refused = loop {
            match stores.observations.ingest(&batch(accepted), None).await {
                Ok(_) => accepted += 1,
                Err(e) => break e,
            }
            if accepted > 1_000 {
                return Err("the disk never filled".into());
            }
        };
        assert!(matches!(refused, StoreError::Full { .. }), "{refused:?}");
        assert!(refused.is_transient() && refused.to_string().contains("tge.db"), "{refused}");
        let whole = |waiting: u64| assert_eq!(waiting, accepted * 20, "what was accepted is there, the rest is not");
        whole(stores.observations.counts().await?.0.observations);
        fs::remove_file(&ballast)?;
        stores.observations.ingest(&batch(accepted), None).await?;
        drop(stores);
        let stores = open(directory, &StillClock::new()).await?;
        assert_eq!(stores.observations.counts().await?.0.observations, (accepted + 1) * 20);
        Ok(())
    })
}

fn cannot_begin_on_a_full_disk(directory: &Path) -> Result<(), Failed> {
    block_on(async {
        let refused = open(directory, &StillClock::new()).await.err().ok_or("a database in 12 KB")?;
        assert!(matches!(refused, StoreError::Full { .. }), "{refused:?}");
        Ok(())
    })
}

fn refuses_a_read_only_directory(directory: &Path) -> Result<(), Failed> {
    block_on(async {
        let refused = open(directory, &StillClock::new()).await.err().ok_or("it was opened")?;
        assert!(matches!(refused, StoreError::Open { .. }), "{refused:?}");
        let said = refused.to_string();
        assert!(said.contains("tge.db") && said.contains("writable"), "what and what to do: {said}");
        Ok(())
    })
}
