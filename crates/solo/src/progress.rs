//! One line for each change of an event, and one now and then for how the work goes.

use std::net::SocketAddr;
use std::time::Duration;

use tge_model::{Change, SourceState};
use tge_ports::StoreError;
use tge_ports::store::Stores;
use tge_service::{Context, OnError, chain};
use tokio::time::Instant;

use crate::banner::print;

/// How often changes are looked for.
const LOOK: Duration = Duration::from_millis(250);
/// How often the work is told.
const TELL: Duration = Duration::from_secs(15);

/// Prints progress until the process stops.
pub(crate) fn follow(context: &Context, stores: Stores, address: SocketAddr) {
    let task = context.clone();
    context.spawn("progress", OnError::Log, async move {
        let Ok((_, mut seen)) = stores.events.extent().await else { return };
        // The first word comes early, so that a newcomer sees which sources answer.
        let mut told_at = Instant::now() - TELL + Duration::from_secs(4);
        let mut told = String::new();
        while task.sleep(LOOK).await {
            match stores.events.changes(seen, 100).await {
                Ok(changes) => {
                    for change in changes {
                        seen = change.seq;
                        drop(print(&line(&change, address)));
                    }
                }
                Err(error) => tracing::warn!(error = %chain(&error), "changes cannot be read"),
            }
            if told_at.elapsed() >= TELL {
                told_at = Instant::now();
                match summary(&stores).await {
                    Ok(text) if text != told => {
                        drop(print(&text));
                        told = text;
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(error = %chain(&error), "progress cannot be read"),
                }
            }
        }
    });
}

fn line(change: &Change, address: SocketAddr) -> String {
    let event = &change.event;
    let who = event.project.as_ref().map_or("(unnamed)", |project| project.name.as_str());
    let ticker = event.assets.first().map_or(String::new(), |asset| format!(" ({})", asset.ticker));
    let status = match change.status_from {
        Some(from) => format!("{from} -> {}", event.status),
        None => event.status.to_string(),
    };
    let when = event.schedule.as_ref().map_or(String::new(), |s| format!("  {} ({})", s.start, s.precision));
    let demo = if event.demo { "demo  " } else { "" };
    let quiet = if change.alert { "" } else { "  [no alert]" };
    format!(
        "{demo}{} {}  {status}  {who}{ticker}  {}{when}  p={:.2}{quiet}  http://{address}/events/{}\n",
        change.at,
        change.kind,
        event.kind,
        event.confidence.probability.get(),
        event.id
    )
}

async fn summary(stores: &Stores) -> Result<String, StoreError> {
    let (counts, dead) = stores.observations.counts().await?;
    let sources = stores.sources.all().await?;
    let healthy = sources.iter().filter(|s| s.state == SourceState::Healthy).count();
    let seen: u64 = sources.iter().map(|s| s.observations).sum();
    let mut text = format!(
        "sources: {healthy} answer, {} do not; {seen} documents from them; waiting: {} to judge, {} to decide, {} to deliver\n",
        sources.len() - healthy,
        counts.observations,
        counts.candidates,
        counts.deliveries
    );
    for (stage, count) in dead.iter().filter(|(_, count)| *count > 0) {
        text.push_str(&format!("  {count} {stage} set aside after the last attempt\n"));
    }
    for source in sources.iter().filter(|s| s.state != SourceState::Healthy) {
        let why = source.error.as_deref().unwrap_or("not asked yet");
        text.push_str(&format!("  {}: {why}\n", source.name));
    }
    Ok(text)
}
