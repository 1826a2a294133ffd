//! The endpoints of Consul that we use, as they are on the wire.
//!
//! The library's own would do for some, but it cannot read a service that has an address, takes only constant values
//! for keys and knows no health; and a mixture of both would be harder to follow than these few.

use std::collections::{BTreeMap, HashMap};

use consulrs::api::features::{Blocking, FeaturedEndpoint, Features};
use rustify_derive::Endpoint;
use serde::{Deserialize, Serialize};

/// The library's own macro for this works in the library only.
macro_rules! featured {
    ($($endpoint:ident),+) => {
        $(impl FeaturedEndpoint for $endpoint {
            fn features(&self) -> Option<Features> {
                self.features.clone()
            }
        })+
    };
}

featured!(
    AgentDeregister,
    AgentRegister,
    CheckUpdate,
    ChecksInAnyState,
    KeyRead,
    KeyWrite,
    ServiceHealth,
    SessionCreate,
    SessionDestroy,
    TokenSelf
);

/// A query that waits for a change after `index`, `wait` as Consul writes durations.
pub(crate) fn waiting(index: u64, wait: String) -> Option<Features> {
    Some(Features { blocking: Some(Blocking { index, wait: Some(wait) }), ..Features::default() })
}

/// A query that no server answers from memory it has not confirmed with the others.
pub(crate) fn consistent() -> Option<Features> {
    Some(Features { mode: Some(consulrs::api::features::ConsistencyMode::CONSISTENT), ..Features::default() })
}

// === services and checks ===

#[derive(Debug, Endpoint, Serialize)]
#[serde(rename_all = "PascalCase")]
#[endpoint(path = "agent/service/register", method = "PUT")]
pub(crate) struct AgentRegister {
    #[endpoint(skip)]
    #[serde(skip)]
    pub(crate) features: Option<Features>,
    #[serde(rename = "ID")]
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) meta: BTreeMap<String, String>,
    pub(crate) check: TtlCheck,
}

/// A check that waits to be told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TtlCheck {
    #[serde(rename = "CheckID")]
    pub(crate) check_id: String,
    pub(crate) name: String,
    #[serde(rename = "TTL")]
    pub(crate) ttl: String,
    pub(crate) status: &'static str,
    pub(crate) deregister_critical_service_after: String,
}

#[derive(Debug, Endpoint)]
#[endpoint(path = "agent/service/deregister/{self.id}", method = "PUT")]
pub(crate) struct AgentDeregister {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
    #[endpoint(skip)]
    pub(crate) id: String,
}

#[derive(Debug, Endpoint, Serialize)]
#[serde(rename_all = "PascalCase")]
#[endpoint(path = "agent/check/update/{self.check}", method = "PUT")]
pub(crate) struct CheckUpdate {
    #[endpoint(skip)]
    #[serde(skip)]
    pub(crate) features: Option<Features>,
    #[endpoint(skip)]
    #[serde(skip)]
    pub(crate) check: String,
    pub(crate) status: &'static str,
    pub(crate) output: String,
}

/// Every check of the data centre; its index changes with any of them.
#[derive(Debug, Endpoint)]
#[endpoint(path = "health/state/any", response = "Vec<Check>")]
pub(crate) struct ChecksInAnyState {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
}

#[derive(Debug, Endpoint)]
#[endpoint(path = "health/service/{self.name}", response = "Vec<ServiceEntry>")]
pub(crate) struct ServiceHealth {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
    #[endpoint(skip)]
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ServiceEntry {
    pub(crate) node: Node,
    pub(crate) service: Service,
    pub(crate) checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Node {
    pub(crate) address: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Service {
    #[serde(rename = "ID")]
    pub(crate) id: String,
    #[serde(rename = "Service")]
    pub(crate) name: String,
    /// Empty where the node's is meant.
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) meta: Option<HashMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Check {
    /// Empty for a check of the node itself.
    #[serde(rename = "ServiceID", default)]
    pub(crate) service_id: String,
    #[serde(default)]
    pub(crate) service_name: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) output: String,
}

// === sessions and keys ===

#[derive(Debug, Endpoint, Serialize)]
#[serde(rename_all = "PascalCase")]
#[endpoint(path = "session/create", method = "PUT", response = "SessionId")]
pub(crate) struct SessionCreate {
    #[endpoint(skip)]
    #[serde(skip)]
    pub(crate) features: Option<Features>,
    pub(crate) name: String,
    pub(crate) lock_delay: &'static str,
    pub(crate) behavior: &'static str,
    pub(crate) checks: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SessionId {
    #[serde(rename = "ID")]
    pub(crate) id: String,
}

#[derive(Debug, Endpoint)]
#[endpoint(path = "session/destroy/{self.id}", method = "PUT", response = "bool")]
pub(crate) struct SessionDestroy {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
    #[endpoint(skip)]
    pub(crate) id: String,
}

#[derive(Debug, Endpoint)]
#[endpoint(path = "kv/{self.key}", response = "Vec<KeyEntry>")]
pub(crate) struct KeyRead {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
    #[endpoint(skip)]
    pub(crate) key: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeyEntry {
    /// How often the key was acquired.
    pub(crate) lock_index: u64,
    /// Who holds it.
    pub(crate) session: Option<String>,
}

#[derive(Debug, Endpoint)]
#[endpoint(path = "kv/{self.key}", method = "PUT", response = "bool")]
pub(crate) struct KeyWrite {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
    #[endpoint(skip)]
    pub(crate) key: String,
    #[endpoint(query)]
    pub(crate) acquire: Option<String>,
    #[endpoint(query)]
    pub(crate) release: Option<String>,
    #[endpoint(raw)]
    pub(crate) value: Vec<u8>,
}

// === access ===

/// Who we are to Consul; refused where access is not controlled at all.
#[derive(Debug, Endpoint)]
#[endpoint(path = "acl/token/self", response = "serde_json::Value")]
pub(crate) struct TokenSelf {
    #[endpoint(skip)]
    pub(crate) features: Option<Features>,
}
