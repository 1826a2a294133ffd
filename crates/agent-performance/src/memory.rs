//! Findings in SAFLA: read back at start, written as they change, kept here while memory is away.

use std::collections::BTreeMap;

use tge_agent::{Memory, MemoryError};
use tge_model::{AgentKind, MemoryTier};
use tge_proto::Rpc;
use tge_proto::pb::memory::v1 as pb;
use tge_proto::pb::memory::v1::memory_service_client::MemoryServiceClient;
use tge_service::chain;
use tonic::Status;

use crate::Finding;
use crate::finding::PREFIX;

/// The kind of item that concerns other agents.
const KIND: &str = "finding";

/// Findings in SAFLA.
pub(crate) struct Findings {
    client: MemoryServiceClient<Rpc>,
    memory: Memory,
    /// What is not written yet, the last word on each key.
    waiting: BTreeMap<String, Finding>,
}

// === impl Findings ===

impl Findings {
    pub(crate) fn new(rpc: Rpc) -> Self {
        let memory = Memory::new(rpc.clone(), AgentKind::Performance.as_str());
        Self { client: MemoryServiceClient::new(rpc), memory, waiting: BTreeMap::new() }
    }

    /// What an earlier life wrote, open findings first. What cannot be read is passed over and said.
    pub(crate) async fn read(&mut self) -> Result<Vec<Finding>, Box<Status>> {
        let request = pb::SearchRequest {
            kind: KIND.to_owned(),
            key_prefix: PREFIX.to_owned(),
            tier: pb::Tier::Episodic.into(),
            limit: 100,
            ..Default::default()
        };
        let hits = self.client.search(request).await.map_err(Box::new)?.into_inner().hits;
        let items = hits.into_iter().filter_map(|hit| hit.item);
        let findings = items.filter_map(|item| match serde_json::from_str::<Finding>(&item.content) {
            Ok(finding) if finding.version == Finding::VERSION => Some(finding),
            Ok(finding) => {
                tracing::warn!(key = item.key, version = finding.version, "a finding of another version is left alone");
                None
            }
            Err(error) => {
                tracing::warn!(key = item.key, %error, "a finding cannot be read and is left alone");
                None
            }
        });
        Ok(findings.collect())
    }

    /// Takes a finding to be written.
    pub(crate) fn add(&mut self, finding: Finding) {
        self.waiting.insert(finding.key(), finding);
    }

    /// Writes what waits; what fails waits on.
    pub(crate) async fn write(&mut self) -> Result<u64, MemoryError> {
        let mut written = 0;
        while let Some((key, finding)) = self.waiting.pop_first() {
            let subjects = [finding.subject.clone(), format!("rule:{}", finding.rule)];
            let stored =
                self.memory.remember(MemoryTier::Episodic, &key, KIND, &subjects, finding.importance(), &finding).await;
            if let Err(error) = stored {
                tracing::warn!(key, error = %chain(&error), "finding not written yet");
                self.waiting.insert(key, finding);
                return Err(error);
            }
            written += 1;
        }
        Ok(written)
    }
}
