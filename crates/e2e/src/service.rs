//! A running program of the swarm, with settings of a test's own.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::program::bare;
use crate::solo::answer;
use crate::{Answer, Programs, run, until};

/// A process; ended by its id when dropped.
pub struct Service {
    child: Child,
    port: u16,
    said: PathBuf,
    http: reqwest::Client,
}

// === impl Service ===

impl Service {
    /// Starts the program `name` on `port` with `settings` (environment names and values); what it says is kept in
    /// `folder`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        programs: &Programs,
        name: &str,
        port: u16,
        settings: &[(&str, String)],
        folder: &Path,
    ) -> Result<Self, String> {
        let said = folder.join(format!("{name}-{port}.log"));
        let file = File::create(&said).map_err(|error| format!("{}: {error}", said.display()))?;
        let mut command = bare(&programs.swarm);
        command.arg0(name).env("TGE_LISTEN", format!("127.0.0.1:{port}"));
        command.env("TGE_ADVERTISE", format!("127.0.0.1:{port}"));
        command.envs(settings.iter().map(|(key, value)| (key, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let child = command.spawn().map_err(|error| format!("{command:?} cannot be started: {error}"))?;
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build();
        Ok(Self { child, port, said, http: http.map_err(|error| error.to_string())? })
    }

    /// What it said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.said).unwrap_or_default()
    }

    /// Asks, with an API key where one is given.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str, key: &str) -> Result<Answer, String> {
        answer(self.http.request(Method::GET, format!("http://127.0.0.1:{}{path}", self.port)).bearer_auth(key)).await
    }

    /// Sends a JSON body.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer, String> {
        let request = self.http.request(Method::POST, format!("http://127.0.0.1:{}{path}", self.port)).bearer_auth(key);
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// Waits until `/ready` answers with `status` and says `word`.
    ///
    /// # Errors
    /// Its last words, when it does not come about.
    pub async fn ready(&mut self, status: u16, word: &str, limit: Duration) -> Result<(), String> {
        let mut last = String::new();
        let found = until(format!("/ready answers {status} with {word:?}"), limit, async || {
            match self.get("/ready", "").await {
                Ok(answer) if answer.status == status && answer.body.to_string().contains(word) => Some(()),
                other => {
                    last = format!("{other:?}");
                    None
                }
            }
        })
        .await;
        found.map_err(|why| format!("{why}: {last}; it says: {}", self.said()))
    }

    /// Waits until it ends by itself, and answers its exit code.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn ended(&mut self, limit: Duration) -> Result<Option<i32>, String> {
        let child = &mut self.child;
        let ended = until("it ends", limit, async || child.try_wait().ok().flatten()).await;
        Ok(ended.map_err(|why| format!("{why}; it says: {}", self.said()))?.code())
    }

    /// Asks it to stop, as an operator does, and answers its exit code.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(&mut self, limit: Duration) -> Result<Option<i32>, String> {
        let pid = self.child.id().to_string();
        let sent = run(Path::new("kill"), &["-TERM", &pid]);
        if sent.code != Some(0) {
            return Err(format!("kill -TERM {pid}: {}", sent.stderr));
        }
        self.ended(limit).await
    }

    /// Ends it as a power cut would: SIGKILL.
    ///
    /// # Panics
    /// When the system cannot end a child.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a killed child ends");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Already ended is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
