//! Cross-pollination: which agents a finding concerns.

use tge_model::{AgentKind, MemoryItem};

/// What an agent wants to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// The specialist.
    pub agent: AgentKind,
    /// Subjects: exact (`host:example.org`), or by kind with a star at the end (`host:*`).
    pub subjects: Vec<String>,
}

/// The agents whose declared subjects a memory touches, each once, with the first subject that did; never its writer.
pub fn interested(item: &MemoryItem, interests: &[Interest]) -> Vec<(AgentKind, String)> {
    let mut heard: Vec<(AgentKind, String)> = Vec::new();
    for interest in interests {
        // A writer is an agent's kind, with its id behind a slash where it gives one.
        let own = item.writer.split('/').next() == Some(interest.agent.as_str());
        if own || heard.iter().any(|(agent, _)| *agent == interest.agent) {
            continue;
        }
        let touched = item.subjects.iter().find(|s| interest.subjects.iter().any(|pattern| touches(pattern, s)));
        heard.extend(touched.map(|s| (interest.agent, s.clone())));
    }
    heard
}

fn touches(pattern: &str, subject: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == subject, |prefix| subject.starts_with(prefix))
}
