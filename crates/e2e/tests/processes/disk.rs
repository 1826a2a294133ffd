//! Disks that are full or cannot be written: mounts of the test's own, in a namespace that ends with the process.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use serde_json::json;
use tge_e2e::{Programs, Solo, until};

use crate::{data, launch, quiet, text, trial};

const SOON: Duration = Duration::from_secs(30);

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    // Mounting needs root; in a namespace of one's own it touches nobody.
    let can = Command::new("unshare").args(["--mount", "true"]).output().is_ok_and(|output| output.status.success());
    let cannot = !can;
    vec![
        trial("disk::full_then_freed", programs, full).with_ignored_flag(cannot),
        trial("disk::read_only", programs, read_only).with_ignored_flag(cannot),
    ]
}

async fn full(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let mount = kept.path().join("small");
    std::fs::create_dir_all(&mount)?;
    let data = mount.join(data.file_name().unwrap_or_default());
    let mut command = mounted(&programs, &mount, "size=6m");
    command.args(["--data", &data.display().to_string(), "--listen", "127.0.0.1:0"]).args(quiet(&kept));
    let mut solo = Solo::launch(command, &data).await?;
    let first = solo.post("/api/v1/observations", &launch(0)).await?;
    assert_eq!(first.status, 200, "{first:?}");
    solo.settled(SOON).await?;

    // As the process sees it: the mount is not ours.
    let filler = solo.seen(&mount).join("filler");
    let mut held = std::fs::File::create(&filler)?;
    while std::io::Write::write_all(&mut held, &[0; 4096]).is_ok() {}
    drop(held);
    let mut refusals = 0;
    // Again and again: what is refused must not spoil what comes later.
    for n in 0..40 {
        let text = format!("{n} {}", "all of it must be kept ".repeat(1_500));
        let answer = solo.post("/api/v1/observations", &json!({ "source": "me", "text": text })).await?;
        match answer.status {
            200 => {}
            503 => {
                assert!(crate::text(&answer.body["detail"]).contains("no space"), "{answer:?}");
                refusals += 1;
            }
            other => return Err(format!("HTTP {other}: {answer:?}\n{}", solo.said()).into()),
        }
    }
    assert!(refusals > 0, "the disk was never full");
    assert_eq!(solo.get("/live").await?.status, 200);
    let events = solo.all("/api/v1/events", "events").await?;
    assert_eq!(events.len(), 1, "what is there can be read: {events:?}");

    std::fs::remove_file(&filler)?;
    until("documents are taken again", SOON, async || {
        (solo.post("/api/v1/observations", &launch(1)).await.ok()?.status == 200).then_some(())
    })
    .await
    .map_err(|error| format!("{error}\n{}", solo.said()))?;
    until("it is ready again", SOON, async || (solo.get("/ready").await.ok()?.status == 200).then_some(())).await?;
    until("the new launch is an event", SOON, async || {
        (solo.all("/api/v1/events", "events").await.ok()?.len() == 2).then_some(())
    })
    .await?;
    assert!(solo.runs());
    assert!(text(&solo.read("/api/v1/status").await?["leader"]).starts_with("solo/"), "it leads again");
    Ok(())
}

async fn read_only(programs: Programs) -> Result<(), Failed> {
    let (kept, _) = data();
    let mount = kept.path().join("fixed");
    std::fs::create_dir_all(&mount)?;
    let arguments = quiet(&kept);
    for data in [mount.clone(), mount.join("below")] {
        let mut command = mounted(&programs, &mount, "ro");
        let output = command
            .args(["--data", &data.display().to_string(), "--listen", "127.0.0.1:0", "--for", "20s"])
            .args(&arguments)
            .output()?;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{told}");
        assert!(told.contains("Read-only file system") && told.contains(&data.display().to_string()), "{told}");
    }
    Ok(())
}

/// `tge-swarm` with a small file system at `mount`, of which nobody else knows.
fn mounted(programs: &Programs, mount: &Path, options: &str) -> Command {
    let mut command = Command::new("unshare");
    let script = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
    command.args(["--mount", "sh", "-c", script, "sh", options]).arg(mount).arg(&programs.solo);
    command
}
