//! When to try, when to wait, when to stop trying: state machines fed with the time, without a clock of their own.
//!
//! Every `now` is a [`Duration`](std::time::Duration) since an origin the caller chooses and keeps: a monotonic clock in
//! a process, the epoch where the state outlives it. A `now` that goes backwards is taken for the latest seen, so a clock
//! set back delays nothing for ever. Nothing here is shared or locked; the owner does that.
//!
//! How they go together around one foreign host: a [`TokenBucket`] keeps its published rate, an [`Aimd`] finds how many
//! requests it bears at once, a [`Breaker`] stops asking a host that is down, a [`Backoff`] spaces what is tried again and
//! a [`RetryBudget`] keeps tries from outnumbering work.

#![deny(missing_docs)]

mod aimd;
mod backoff;
mod breaker;
mod bucket;
mod budget;

pub use aimd::{Aimd, AimdConfig};
pub use backoff::Backoff;
pub use breaker::{Breaker, BreakerConfig, BreakerState, Refused};
pub use bucket::TokenBucket;
pub use budget::RetryBudget;
