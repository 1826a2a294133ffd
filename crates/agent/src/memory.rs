//! SAFLA as an agent sees it: remember, recall, search. The same client in one process and over the network.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tge_model::MemoryTier;
use tge_proto::Rpc;
use tge_proto::pb::memory::v1 as pb;
use tge_proto::pb::memory::v1::memory_service_client::MemoryServiceClient;
use thiserror::Error;
use tonic::{Code, Request, Status};

/// Why memory did not answer. An agent works on without it: what it would have written it writes the next time.
#[derive(Debug, Error)]
pub enum MemoryError {
    /// The coordinator refused or is away.
    #[error("failed to {attempted} memory item {key}")]
    Call {
        /// What was attempted.
        attempted: &'static str,
        /// The item.
        key: String,
        /// The coordinator's answer.
        #[source]
        source: Box<Status>,
    },
    /// An item does not hold what was expected.
    #[error("memory item {key} does not hold what {expected} expects")]
    Content {
        /// The item.
        key: String,
        /// The reader.
        expected: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// How often a change is tried again when others come between.
const CHANGES_MAX: u32 = 5;

/// SAFLA as one agent sees it.
#[derive(Clone)]
pub struct Memory {
    client: MemoryServiceClient<Rpc>,
    writer: String,
}

impl Memory {
    /// A view for `writer`, carried by `rpc`.
    pub fn new(rpc: Rpc, writer: &str) -> Self {
        Self { client: MemoryServiceClient::new(rpc), writer: writer.to_owned() }
    }

    /// Stores what is now known under a key, whatever stood there.
    ///
    /// # Errors
    /// [`MemoryError::Call`].
    pub async fn remember<T: Serialize + Sync>(
        &self,
        tier: MemoryTier,
        key: &str,
        kind: &str,
        subjects: &[String],
        importance: f64,
        content: &T,
    ) -> Result<(), MemoryError> {
        self.store(tier, key, None, kind, subjects, importance, content).await
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one request")]
    async fn store<T: Serialize + Sync>(
        &self,
        tier: MemoryTier,
        key: &str,
        expected_version: Option<u64>,
        kind: &str,
        subjects: &[String],
        importance: f64,
        content: &T,
    ) -> Result<(), MemoryError> {
        let content = serde_json::to_string(content).map_err(|source| MemoryError::Content {
            key: key.to_owned(),
            expected: "json",
            source,
        })?;
        let request = pb::StoreRequest {
            tier: pb::Tier::from(tier).into(),
            key: key.to_owned(),
            expected_version,
            writer: self.writer.clone(),
            kind: kind.to_owned(),
            subjects: subjects.to_vec(),
            content,
            importance,
        };
        self.client.clone().store(Request::new(request)).await.map(drop).map_err(call("store", key))
    }

    /// Changes what is known under a key, whoever else does so at the same time: read, changed, stored if nobody came
    /// between, otherwise once more. Answers what stands there now.
    ///
    /// # Errors
    /// [`MemoryError`]; [`Code::Aborted`] when others came between every time.
    pub async fn change<T: Serialize + DeserializeOwned + Sync>(
        &self,
        tier: MemoryTier,
        key: &str,
        kind: &str,
        change: impl Fn(Option<T>) -> (T, Vec<String>, f64) + Send + Sync,
    ) -> Result<T, MemoryError> {
        let mut tries = 0;
        loop {
            let item = self.item(tier, key).await?;
            let version = item.as_ref().map_or(0, |item| item.version);
            let known = item.map(|item| read(&item)).transpose()?;
            let (content, subjects, importance) = change(known);
            match self.store(tier, key, Some(version), kind, &subjects, importance, &content).await {
                Ok(()) => return Ok(content),
                Err(MemoryError::Call { source, .. }) if source.code() == Code::Aborted && tries < CHANGES_MAX => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What is known under a key; `None` when nothing is.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub async fn recall<T: DeserializeOwned>(&self, tier: MemoryTier, key: &str) -> Result<Option<T>, MemoryError> {
        self.item(tier, key).await?.map(|item| read(&item)).transpose()
    }

    async fn item(&self, tier: MemoryTier, key: &str) -> Result<Option<pb::Item>, MemoryError> {
        let request = pb::GetRequest { tier: pb::Tier::from(tier).into(), key: key.to_owned() };
        match self.client.clone().get(Request::new(request)).await {
            Ok(answer) => Ok(answer.into_inner().item),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(call("get", key)(status)),
        }
    }

    /// Everything of one kind, keys and contents, at most 100.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub async fn recall_kind<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<(String, T)>, MemoryError> {
        let request = pb::SearchRequest { kind: kind.to_owned(), limit: 100, ..Default::default() };
        let answer = self.client.clone().search(Request::new(request)).await.map_err(call("search", kind))?;
        let items = answer.into_inner().hits.into_iter().filter_map(|hit| hit.item);
        items.map(|item| Ok((item.key.clone(), read(&item)?))).collect()
    }
}

fn read<T: DeserializeOwned>(item: &pb::Item) -> Result<T, MemoryError> {
    serde_json::from_str(&item.content).map_err(|source| MemoryError::Content {
        key: item.key.clone(),
        expected: std::any::type_name::<T>(),
        source,
    })
}

fn call(attempted: &'static str, key: &str) -> impl FnOnce(Status) -> MemoryError {
    let key = key.to_owned();
    move |status| MemoryError::Call { attempted, key, source: Box::new(status) }
}
