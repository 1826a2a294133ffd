//! A running `tge-swarm` with a data directory of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::program::bare;
use crate::{Frames, Programs, run, until};

/// How long a start may take, on a machine that does other things as well.
const START: Duration = Duration::from_secs(30);

/// A process; ended by its id when dropped.
pub struct Solo {
    child: Child,
    address: String,
    key: String,
    said: PathBuf,
    printed: PathBuf,
    http: reqwest::Client,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Of the body.
    pub content_type: String,
    /// The body as JSON; a JSON text when it is none.
    pub body: Value,
}

// === impl Solo ===

impl Solo {
    /// Starts it on `data` with more `arguments`, and waits until it is ready.
    ///
    /// # Errors
    /// Its own words when it ends, or does not become ready in time.
    pub async fn start(programs: &Programs, data: &Path, arguments: &[impl AsRef<str>]) -> Result<Self, String> {
        let data_text = data.display().to_string();
        let mut command = bare(&programs.solo);
        command.args(["--data", data_text.as_str(), "--listen", "127.0.0.1:0"]);
        for argument in arguments {
            let argument: &str = argument.as_ref();
            command.arg(argument);
        }
        Self::launch(command, data).await
    }

    /// The same for a command that ends up being `tge-swarm` on `data`.
    ///
    /// # Errors
    /// As [`Solo::start`].
    pub async fn launch(mut command: std::process::Command, data: &Path) -> Result<Self, String> {
        // Beside the data, not in it: the directory may be full, read-only or not there yet.
        let (said, printed) = (data.with_extension("stderr"), data.with_extension("stdout"));
        let file = |path: &Path| File::create(path).map_err(|error| format!("{}: {error}", path.display()));
        command.stdin(Stdio::null()).stdout(file(&printed)?).stderr(file(&said)?);
        let child = command.spawn().map_err(|error| format!("{command:?} cannot be started: {error}"))?;
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build();
        let http = http.map_err(|error| error.to_string())?;
        let mut solo = Self { child, address: String::new(), key: String::new(), said, printed, http };
        let started = until("the banner is printed", START, async || {
            let ended = solo.child.try_wait().ok().flatten();
            match (address_of(&solo.printed()), ended) {
                (Some(address), _) => Some(Ok(address)),
                (None, Some(status)) => Some(Err(format!("tge-swarm ended with {status}: {}", solo.said()))),
                (None, None) => None,
            }
        });
        solo.address = started.await??;
        let key = solo.seen(data).join("api-key");
        solo.key = fs::read_to_string(&key).map_err(|error| format!("{}: {error}", key.display()))?.trim().into();
        until("it is ready", START, async || (solo.get("/ready").await.ok()?.status == 200).then_some(())).await?;
        Ok(solo)
    }

    /// A path as the process sees it, which may have mounts of its own.
    pub fn seen(&self, path: &Path) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.child.id(), path.display()))
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The first API key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it wrote to stderr so far.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.said).unwrap_or_default()
    }

    /// What it wrote to stdout so far.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.printed).unwrap_or_default()
    }

    /// A request with the first key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address)).bearer_auth(&self.key)
    }

    /// Asks.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> Result<Answer, String> {
        answer(self.request(Method::GET, path)).await
    }

    /// Asks for something that must be there.
    ///
    /// # Errors
    /// When there is no answer, or another than 200.
    pub async fn read(&self, path: &str) -> Result<Value, String> {
        let answer = self.get(path).await?;
        if answer.status == 200 { Ok(answer.body) } else { Err(format!("{path}: {answer:?}")) }
    }

    /// Sends a JSON body.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, String> {
        self.send(path, "application/json", body.to_string()).await
    }

    /// Sends a body of any type.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Result<Answer, String> {
        answer(self.request(Method::POST, path).header("content-type", content_type).body(body)).await
    }

    /// Every item of a paged list.
    ///
    /// # Errors
    /// When a page cannot be had.
    pub async fn all(&self, path: &str, name: &str) -> Result<Vec<Value>, String> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let after = token.map_or(String::new(), |token| format!("&page_token={token}"));
            let page = self.read(&format!("{path}{joint}page_size=1000{after}")).await?;
            items.extend(page[name].as_array().cloned().unwrap_or_default());
            match page["next_page_token"].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => return Ok(items),
            }
        }
    }

    /// Every change, in order.
    ///
    /// # Errors
    /// When a page cannot be had.
    pub async fn changes(&self) -> Result<Vec<Value>, String> {
        let (mut changes, mut since) = (Vec::new(), 0);
        loop {
            let page = self.read(&format!("/api/v1/changes?since={since}&page_size=1000")).await?;
            let more = page["changes"].as_array().cloned().unwrap_or_default();
            if more.is_empty() {
                return Ok(changes);
            }
            since = page["next_since"].as_u64().ok_or("next_since is missing")?;
            changes.extend(more);
        }
    }

    /// Waits until nothing waits to be judged or decided.
    ///
    /// # Errors
    /// When something still waits after `limit`.
    pub async fn settled(&self, limit: Duration) -> Result<(), String> {
        until("nothing waits to be judged or decided", limit, async || {
            let status = self.read("/api/v1/status").await.ok()?;
            let busy = |stage: &&Value| {
                matches!(stage["name"].as_str(), Some("observations" | "candidates" | "outbox"))
                    && stage["waiting"] != 0
            };
            (!status["stages"].as_array()?.iter().any(|stage| busy(&stage))).then_some(())
        })
        .await
    }

    /// Opens the stream of changes.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn stream(&self, query: &str, last_id: Option<&str>) -> Result<Frames, String> {
        let mut request = self.request(Method::GET, &format!("/api/v1/events:stream{query}"));
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let response = request.timeout(Duration::from_secs(600)).send().await.map_err(|error| error.to_string())?;
        if response.status() != 200 {
            return Err(format!("the stream is refused: HTTP {}", response.status()));
        }
        Ok(Frames::of(response))
    }

    /// Runs `tgectl` against it.
    pub fn tgectl(&self, programs: &Programs, arguments: &[&str]) -> crate::Ended {
        let address = format!("http://{}", self.address);
        let mut all = vec!["--addr", address.as_str(), "--token", self.key.as_str()];
        all.extend(arguments);
        run(&programs.tgectl, &all)
    }

    /// Ends it as a power cut would: SIGKILL.
    ///
    /// # Panics
    /// When the system cannot end a child.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a killed child ends");
    }

    /// Asks it to stop, as an operator does, and waits at most `limit`.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(&mut self, limit: Duration) -> Result<ExitStatus, String> {
        let pid = self.child.id().to_string();
        let sent = run(Path::new("kill"), &["-TERM", &pid]);
        if sent.code != Some(0) {
            return Err(format!("kill -TERM {pid}: {}", sent.stderr));
        }
        let child = &mut self.child;
        until("it stops after SIGTERM", limit, async || child.try_wait().ok().flatten()).await
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Solo {
    fn drop(&mut self) {
        // Already ended is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn answer(request: RequestBuilder) -> Result<Answer, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status().as_u16();
    let content_type = response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().into();
    let text = response.text().await.map_err(|error| format!("{error:?}"))?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Answer { status, content_type, body })
}

fn address_of(banner: &str) -> Option<String> {
    // The line after it shows that this one is whole.
    banner.find("watching")?;
    let (_, rest) = banner.split_once("console   http://")?;
    Some(rest.split_once('/')?.0.to_owned())
}
