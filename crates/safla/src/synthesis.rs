//! What findings on one subject add up to.
//!
//! Each writer's voice is bounded, however often it speaks, and pooled as a Beta distribution. Where both sides have real
//! weight the result says so instead of an average that nobody holds.

use std::collections::BTreeMap;

use crate::importance::sound;

/// What one writer may weigh in all.
const WRITER_MOST: f64 = 3.0;
/// From this share of the weight on the smaller side the findings contradict each other.
const CONTRADICTION_FROM: f64 = 0.25;

/// Which side a finding takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It says so.
    For,
    /// It says otherwise.
    Against,
}

/// One finding on a statement about a subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The memory it comes from.
    pub key: String,
    /// Who found it.
    pub writer: String,
    /// What is claimed, the same words for the same claim, for example `rate_limit=10/min`.
    pub statement: String,
    /// Which side.
    pub stand: Stand,
    /// How much evidence it has, in observations; a source known to be good may weigh more.
    pub weight: f64,
}

/// What the findings on one statement add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Insight {
    /// What is claimed.
    pub statement: String,
    /// Mean of the pooled Beta distribution: 0.5 knows nothing.
    pub confidence: f64,
    /// Its standard deviation: how much one more finding may still move it.
    pub spread: f64,
    /// Both sides have real weight.
    pub contradicted: bool,
    /// Keys of the findings that say so.
    pub supporting: Vec<String>,
    /// Keys of the findings that say otherwise.
    pub opposing: Vec<String>,
}

/// Pools claims per statement, the surest first.
pub fn synthesise(claims: &[Claim]) -> Vec<Insight> {
    let mut by_statement: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        by_statement.entry(&claim.statement).or_default().push(claim);
    }
    let mut insights: Vec<Insight> = by_statement.into_iter().map(|(s, claims)| pool(s, &claims)).collect();
    insights.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.statement.cmp(&b.statement)));
    insights
}

fn pool(statement: &str, claims: &[&Claim]) -> Insight {
    // Writer by writer: what each says on both sides, scaled down to its bound.
    let mut writers: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for claim in claims {
        let (pro, con) = writers.entry(&claim.writer).or_default();
        let weight = sound(claim.weight).min(f64::MAX / 1e6);
        match claim.stand {
            Stand::For => *pro += weight,
            Stand::Against => *con += weight,
        }
    }
    let (mut pro, mut con) = (0.0, 0.0);
    for (p, c) in writers.values() {
        let scale = (WRITER_MOST / (p + c)).min(1.0);
        if p + c > 0.0 {
            pro += p * scale;
            con += c * scale;
        }
    }
    let (alpha, beta) = (1.0 + pro, 1.0 + con);
    let total = alpha + beta;
    let keys = |stand| claims.iter().filter(|c| c.stand == stand).map(|c| c.key.clone()).collect();
    Insight {
        statement: statement.to_owned(),
        confidence: alpha / total,
        spread: (alpha * beta / (total * total * (total + 1.0))).sqrt(),
        contradicted: pro + con > 0.0 && pro.min(con) / (pro + con) >= CONTRADICTION_FROM,
        supporting: keys(Stand::For),
        opposing: keys(Stand::Against),
    }
}
