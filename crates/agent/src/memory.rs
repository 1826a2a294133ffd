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
        let content = serde_json::to_string(content).map_err(|source| MemoryError::Content {
            key: key.to_owned(),
            expected: "json",
            source,
        })?;
        let request = pb::StoreRequest {
            tier: pb::Tier::from(tier).into(),
            key: key.to_owned(),
            expected_version: None,
            writer: self.writer.clone(),
            kind: kind.to_owned(),
            subjects: subjects.to_vec(),
            content,
            importance,
        };
        self.client.clone().store(Request::new(request)).await.map(drop).map_err(call("store", key))
    }

    /// What is known under a key; `None` when nothing is.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub async fn recall<T: DeserializeOwned>(&self, tier: MemoryTier, key: &str) -> Result<Option<T>, MemoryError> {
        let request = pb::GetRequest { tier: pb::Tier::from(tier).into(), key: key.to_owned() };
        match self.client.clone().get(Request::new(request)).await {
            Ok(answer) => answer.into_inner().item.map(|item| read(&item)).transpose(),
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
