//! How every component is, in words.

use tge_model::{ComponentStatus, ServiceStatus};

use super::super::Desired;
use super::super::component::Component;
use super::super::unit::{Condition, Unit};
use super::Recover;

impl Recover {
    /// How every component is, for people and for the queen.
    pub fn statuses(&self) -> Vec<ComponentStatus> {
        self.components.iter().filter_map(|(name, component)| self.status(name, component)).collect()
    }

    fn status(&self, name: &str, component: &Component) -> Option<ComponentStatus> {
        let units: Vec<&Unit> = self.units.values().filter(|u| u.component == name).collect();
        let worst = units.iter().max_by_key(|u| severity(u))?;
        let up = units.iter().filter(|u| u.condition == Condition::Up).count();
        let (status, reason) = match (&worst.condition, &worst.waits_for) {
            (_, Some(dependency)) => (ServiceStatus::Warning, format!("degraded: waits for {dependency}")),
            (Condition::Up, _) => (ServiceStatus::Passing, format!("{up} of {} up", units.len())),
            (Condition::Starting | Condition::Unsure(_), _) if up == 0 && component.is_open(self.now) => {
                (ServiceStatus::Critical, format!("{} does not stay up; the breaker is open", worst.name))
            }
            (Condition::Starting, _) => (ServiceStatus::Warning, format!("{} is starting", worst.name)),
            (Condition::Stopped, _) => match component.desired {
                Desired::Maintenance => (ServiceStatus::Unknown, "in maintenance".to_owned()),
                _ => (ServiceStatus::Unknown, format!("{} was stopped on purpose", worst.name)),
            },
            (Condition::Unsure(why), _) => (ServiceStatus::Warning, format!("{}: {}", worst.name, why.join("; "))),
            (Condition::Down(why), _) => {
                let status = if up > 0 { ServiceStatus::Warning } else { ServiceStatus::Critical };
                (status, format!("{}: {}: {}", worst.name, why.cause, why.evidence.join("; ")))
            }
        };
        Some(ComponentStatus {
            component: name.to_owned(),
            status,
            reason,
            attempts: u32::try_from(component.attempts.len()).unwrap_or(u32::MAX),
            breaker_open: component.is_open(self.now),
            checked_at: self.now,
        })
    }
}

fn severity(unit: &Unit) -> u8 {
    match unit.condition {
        Condition::Up => 0,
        Condition::Stopped => 1,
        Condition::Starting => 2,
        Condition::Unsure(_) => 3,
        Condition::Down(_) => 4,
    }
}
