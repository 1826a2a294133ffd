//! The names of channels and hint queues. What travels there is a hint: losing it delays, it never loses.

/// Queue of observations to judge.
pub const OBSERVATIONS: &str = "observations";
/// Queue of candidates to decide.
pub const CANDIDATES: &str = "candidates";
/// Queue of changes to fan out to webhooks.
pub const OUTBOX: &str = "outbox";
/// Channel of committed changes; the payload is the last number of the order.
pub const CHANGES: &str = "swarm:channels:changes";
/// Channel of the queen's commands; the payload is the agent's resource name or [`RULESETS`], the row is the command.
pub const QUEEN_COMMANDS: &str = "swarm:channels:queen-commands";
/// Payload of [`QUEEN_COMMANDS`]: another ruleset is in force, or looks on.
pub const RULESETS: &str = "rulesets";
/// Channel of findings; the payload is JSON with key and subjects.
pub const AGENT_COMMUNICATION: &str = "swarm:channels:agent-communication";
/// Channel of memory writes; the payload is JSON with tier, key and seq.
pub const MEMORY_SYNC: &str = "swarm:channels:memory-sync";
/// Channel of heartbeats; the payload is JSON with agent and load.
pub const HEALTH_CHECKS: &str = "swarm:channels:health-checks";
