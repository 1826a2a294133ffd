//! The actuator as the monitor sees it: its calls, in the words of `control`.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use tge_control::recover::{Check, Life, Sighting, Signal, What};
use tge_model::Timestamp;
use tge_proto::Rpc;
use tge_proto::convert::{from_time, time};
use tge_proto::pb::actuator::v1 as pb;
use tge_proto::pb::actuator::v1::actuator_service_client::ActuatorServiceClient;
use tge_service::Secret;
use tonic::{Request, Status};

/// Calls of the actuator; cheap to clone.
#[derive(Clone)]
pub(crate) struct Actuator {
    client: ActuatorServiceClient<Rpc>,
    token: Secret,
}

/// What a container uses of its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usage {
    pub(crate) cpu_ratio: f64,
    /// `None` where it has no limit.
    pub(crate) memory_ratio: Option<f64>,
}

// === impl Actuator ===

impl Actuator {
    pub(crate) fn new(rpc: Rpc, token: Secret) -> Self {
        Self { client: ActuatorServiceClient::new(rpc), token }
    }

    fn asked<T>(&self, message: T) -> Result<Request<T>, Status> {
        let mut request = Request::new(message);
        let value = format!("Bearer {}", self.token.reveal())
            .parse()
            .map_err(|_| Status::invalid_argument("the actuator's token has characters that no header can carry"))?;
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }

    pub(crate) async fn list(&self) -> Result<Vec<Sighting>, Status> {
        let asked = self.asked(pb::ListContainersRequest {})?;
        let answer = self.client.clone().list_containers(asked).await?.into_inner();
        Ok(answer.containers.iter().map(sighting).collect())
    }

    /// What happens from `since` on; things that say nothing of a container's health are left out.
    pub(crate) async fn events(&self, since: Timestamp) -> Result<BoxStream<'static, Result<Signal, Status>>, Status> {
        let asked = self.asked(pb::WatchEventsRequest { since: Some(time(since)) })?;
        let events = self.client.clone().watch_events(asked).await?.into_inner();
        Ok(events.filter_map(async |event| event.map(|e| signal(&e)).transpose()).boxed())
    }

    /// Takes or keeps the right to act; answers whether we have it, and the fence to act with.
    pub(crate) async fn hold(&self, holder: &str, fence: Option<u64>) -> Result<(bool, u64), Status> {
        let asked = self.asked(pb::HoldLeaseRequest { holder: holder.to_owned(), fence })?;
        let answer = self.client.clone().hold_lease(asked).await?.into_inner();
        Ok((answer.held, answer.fence))
    }

    pub(crate) async fn restart(
        &self,
        container: &str,
        grace: Duration,
        holder: &str,
        fence: u64,
        reason: &str,
    ) -> Result<(), Status> {
        let asked = self.asked(pb::RestartContainerRequest {
            container_id: container.to_owned(),
            grace: prost_types::Duration::try_from(grace).ok(),
            holder: holder.to_owned(),
            fence,
            reason: reason.to_owned(),
        })?;
        self.client.clone().restart_container(asked).await.map(drop)
    }

    pub(crate) async fn usage(&self, container: &str) -> Result<Usage, Status> {
        let asked = self.asked(pb::GetStatsRequest { container_id: container.to_owned() })?;
        let stats = self.client.clone().get_stats(asked).await?.into_inner();
        #[expect(clippy::cast_precision_loss, reason = "a share of memory needs no exact bytes")]
        let memory_ratio =
            (stats.memory_limit_bytes > 0).then(|| stats.memory_bytes as f64 / stats.memory_limit_bytes as f64);
        Ok(Usage { cpu_ratio: stats.cpu_ratio, memory_ratio })
    }
}

fn sighting(container: &pb::Container) -> Sighting {
    let label = |name: &str| container.labels.get(name).map(String::as_str).filter(|v| !v.is_empty());
    Sighting {
        id: container.id.clone(),
        name: container.name.clone(),
        component: label("tge.component").unwrap_or(&container.name).to_owned(),
        depends: label("tge.depends")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|d| !d.is_empty())
            .map(str::to_owned)
            .collect(),
        life: match container.life() {
            pb::Life::Unspecified | pb::Life::Created => Life::Created,
            pb::Life::Running => Life::Running,
            pb::Life::Paused => Life::Paused,
            pb::Life::Restarting => Life::Restarting,
            pb::Life::Exited | pb::Life::Dead => Life::Exited(container.exit_code),
        },
        check: match container.health() {
            pb::Health::Unspecified | pb::Health::None | pb::Health::Starting => Check::Silent,
            pb::Health::Healthy => Check::Healthy,
            pb::Health::Unhealthy => Check::Unhealthy,
        },
        started_at: container.start_time.as_ref().map(from_time),
    }
}

fn signal(event: &pb::WatchEventsResponse) -> Option<Signal> {
    let what = match event.action.as_str() {
        "die" => What::Died { code: None },
        "start" => What::Started,
        "stop" => What::Stopped,
        "pause" => What::Paused,
        "unpause" => What::Unpaused,
        "health_status: healthy" => What::Checked(Check::Healthy),
        "health_status: unhealthy" => What::Checked(Check::Unhealthy),
        _ => return None,
    };
    Some(Signal { at: from_time(event.time.as_ref()?), unit: event.container_id.clone(), what })
}
