//! The traits behind which every foreign system stands, each with the contract its adapters must keep.
//!
//! All ports are object-safe: services hold `Arc<dyn Port>`, no generics run through the tree. An adapter is done when
//! the contract suite of its port (feature `contract`) passes on it. What is true lives behind the store's ports; the
//! bus and the directory carry copies and hints that may be lost at any time.

#![deny(missing_docs)]

mod bus;
pub mod channels;
mod clock;
mod containers;
#[cfg(feature = "contract")]
pub mod contract;
mod directory;
mod error;
mod fetch;
mod page;
mod slowlog;
pub mod store;

pub use bus::{Bus, BusError, Hint, Message, MessageStream};
pub use clock::{Clock, Entropy};
pub use containers::{
    Container, ContainerEvent, ContainerEventStream, ContainerHealth, ContainerState, ContainerStats, Containers,
    ContainersError,
};
pub use directory::{Directory, DirectoryError, Instance, InstanceStatus, LockToken, PROCESS, Snapshot};
pub use error::StoreError;
pub use fetch::{Fetch, FetchError, FetchRequest, FetchResponse, Method};
pub use page::{Page, Paged};
pub use slowlog::{SlowCommand, SlowLog};
pub use store::Stores;
