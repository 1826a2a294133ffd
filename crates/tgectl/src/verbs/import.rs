//! Handing files to the swarm.

use std::path::Path;

use crate::client::Client;
use crate::failure::Failure;
use crate::output::{print, say};
use crate::verbs::read_foreign;

/// Documents in one request.
const BATCH: usize = 200;

/// Hands a file of one JSON document a line to the swarm, as backfill: it makes events and alerts nobody.
pub(crate) async fn import(client: &Client, file: &Path) -> Result<(), Failure> {
    let text = read_foreign(file)?;
    let lines: Vec<(usize, &str)> = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    let (mut new, mut edited, mut known, mut rejected) = (0, 0, 0, 0);
    let query = [("arrival", "backfill".to_owned())];
    for (done, batch) in lines.chunks(BATCH).enumerate() {
        let body = batch.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
        let answer = match client.post_lines("/api/v1/observations", &query, body).await {
            // A batch of one bad line is refused as a whole: told like a bad line among others.
            Err(Failure::Refused { status: 400, detail, .. }) if batch.len() == 1 => {
                say(&format!("line {}: {detail}", batch[0].0 + 1));
                rejected += 1;
                continue;
            }
            other => other?,
        };
        for (result, (number, _)) in answer["results"].as_array().into_iter().flatten().zip(batch) {
            match result["outcome"].as_str() {
                Some("new") => new += 1,
                Some("edited") => edited += 1,
                Some("known") => known += 1,
                _ => rejected += 1,
            }
            if let Some(why) = result["error"].as_str() {
                say(&format!("line {}: {why}", number + 1));
            }
        }
        if lines.len() > BATCH {
            say(&format!("{} of {} lines", ((done + 1) * BATCH).min(lines.len()), lines.len()));
        }
    }
    print(&format!("{new} new, {edited} edited, {known} known, {rejected} rejected\n"))
}
