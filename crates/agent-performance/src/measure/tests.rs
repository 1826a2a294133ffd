//! Figures of samples, by table.

use tge_model::StageCounts;
use tge_ports::store::TableFigures;
use tokio::time::Instant;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// A sample `secs` after the first, with nothing in it.
fn sample(origin: Instant, secs: u64) -> Sample {
    Sample {
        at: Timestamp::from_secs(1_000).plus(SECOND * u32::try_from(secs).unwrap()),
        stages: None,
        diagnosis: None,
        slow: None,
        process: Process {
            at: origin + SECOND * u32::try_from(secs).unwrap(),
            workers: 2,
            busy: Duration::ZERO,
            waiting: 0,
            tasks: 3,
            resident_bytes: None,
            limit_bytes: None,
        },
    }
}

fn of<'a>(measured: &'a Measured, rule: Rule, subject: &str) -> Option<&'a Figure> {
    measured.figures.iter().find(|figure| figure.rule == rule && figure.subject == subject)
}

fn statement(calls: u64, total_ms: u64) -> Diagnosis {
    let statement = StatementFigures {
        id: "ab".to_owned(),
        text: "SELECT $1".to_owned(),
        calls,
        total: Duration::from_millis(total_ms),
        rows: calls,
    };
    Diagnosis { statements: vec![statement], ..Diagnosis::default() }
}

#[test]
fn stages_have_age_depth_and_growth() {
    let origin = Instant::now();
    let (mut before, mut after) = (sample(origin, 0), sample(origin, 10));
    before.stages = Some(StageCounts { observations: 100, ..StageCounts::default() });
    after.stages = Some(StageCounts {
        observations: 150,
        observations_oldest: Some(after.at.minus(SECOND * 7)),
        tasks_oldest: Some(after.at.plus(SECOND * 60)),
        tasks: 1,
        ..StageCounts::default()
    });
    let measured = measure(&before, &after, &mut Past::default(), "p");
    let figure = of(&measured, Rule::StageAge, "stage:observations").unwrap();
    assert_eq!((figure.value, figure.evidence["depth"], figure.evidence["growth_per_second"]), (7.0, 150.0, 5.0));
    assert_eq!(of(&measured, Rule::TaskAge, "stage:tasks").unwrap().value, 0.0, "planned for later is not late");
    assert!(measured.read.contains(&Group::Stages) && !measured.read.contains(&Group::Database));
}

#[test]
fn statements_are_measured_by_what_they_did_since() {
    let cases = [
        // (before, after) as (calls, ms), mean expected
        ((100, 1_000), (110, 4_000), Some(300.0)),
        ((100, 1_000), (104, 4_000), None),
        ((100, 1_000), (10, 50), None),
        ((0, 0), (5, 50), Some(10.0)),
    ];
    for ((calls, total), (calls_after, total_after), expected) in cases {
        let origin = Instant::now();
        let (mut before, mut after) = (sample(origin, 0), sample(origin, 15));
        before.diagnosis = Some(statement(calls, total));
        after.diagnosis = Some(statement(calls_after, total_after));
        let measured = measure(&before, &after, &mut Past::default(), "p");
        let figure = of(&measured, Rule::StatementTime, "statement:ab");
        assert_eq!(figure.map(|figure| figure.value), expected);
        assert!(figure.is_none_or(|figure| figure.note == "SELECT $1"));
    }
}

#[test]
fn a_statement_is_compared_with_its_own_past_which_it_does_not_become_at_once() {
    let (origin, mut past) = (Instant::now(), Past::default());
    let (mut calls, mut total) = (0, 0);
    let mut interval = |n: u64, mean_ms: u64, past: &mut Past| {
        let (mut before, mut after) = (sample(origin, n), sample(origin, n + 1));
        before.diagnosis = Some(statement(calls, total));
        (calls, total) = (calls + 50, total + 50 * mean_ms);
        after.diagnosis = Some(statement(calls, total));
        of(&measure(&before, &after, past, "p"), Rule::StatementRegression, "statement:ab").map(|figure| figure.value)
    };
    for n in 0..20 {
        assert_eq!(interval(n, 2, &mut past), None, "no past yet");
    }
    assert_eq!(interval(20, 2, &mut past), Some(1.0));
    for n in 21..30 {
        let ratio = interval(n, 10, &mut past).unwrap();
        assert!((3.0..=5.0).contains(&ratio), "{n}: {ratio}");
    }
}

#[test]
fn only_large_tables_and_only_new_scans_count() {
    let origin = Instant::now();
    let table = |name: &str, rows, rows_scanned| TableFigures {
        name: name.to_owned(),
        rows,
        rows_scanned,
        scans: rows_scanned / rows,
        index_scans: 0,
    };
    let diagnosis = |scanned: u64| Diagnosis {
        tables: vec![table("large", 20_000, scanned), table("small", 100, scanned)],
        connections: Some((80, 100)),
        ..Diagnosis::default()
    };
    let (mut before, mut after) = (sample(origin, 0), sample(origin, 10));
    (before.diagnosis, after.diagnosis) = (Some(diagnosis(1_000_000)), Some(diagnosis(3_000_000)));
    let measured = measure(&before, &after, &mut Past::default(), "p");
    assert_eq!(of(&measured, Rule::TableScan, "table:large").unwrap().value, 200_000.0);
    assert!(of(&measured, Rule::TableScan, "table:small").is_none());
    assert_eq!(of(&measured, Rule::Connections, "database:connections").unwrap().value, 0.8);
}

#[test]
fn slow_commands_are_counted_once_and_anew_after_a_restart() {
    let command = |node: &str, serial, ms| SlowCommand {
        node: node.to_owned(),
        serial,
        at: Timestamp::EPOCH,
        took: Duration::from_millis(ms),
        command: format!("KEYS {serial}"),
        client: String::new(),
    };
    let cases = [
        (vec![("a", 1), ("a", 2)], vec![("a", 1), ("a", 2)], None),
        (vec![("a", 1), ("a", 2)], vec![("a", 2), ("a", 3), ("a", 4)], Some(8.0)),
        (vec![("a", 90)], vec![("a", 1), ("a", 2)], Some(8.0)),
        (vec![], vec![("a", 7)], Some(4.0)),
    ];
    for (earlier, later, expected) in cases {
        let origin = Instant::now();
        let (mut before, mut after) = (sample(origin, 0), sample(origin, 15));
        let commands = |list: &[(&str, u64)]| Some(list.iter().map(|(n, s)| command(n, *s, 20 + s)).collect());
        (before.slow, after.slow) = (commands(&earlier), commands(&later));
        let measured = measure(&before, &after, &mut Past::default(), "p");
        let figure = of(&measured, Rule::SlowCommands, "redis:a");
        assert_eq!(figure.map(|figure| figure.value), expected, "{earlier:?} {later:?}");
    }
}

#[test]
fn the_process_is_measured_against_its_threads_and_its_limit() {
    let origin = Instant::now();
    let (before, mut after) = (sample(origin, 0), sample(origin, 10));
    after.process.busy = SECOND * 15;
    after.process.waiting = 9;
    let measured = measure(&before, &after, &mut Past::default(), "queen");
    assert_eq!(of(&measured, Rule::RuntimeBusy, "process:queen").unwrap().value, 0.75);
    assert_eq!(of(&measured, Rule::RuntimeQueue, "process:queen").unwrap().value, 9.0);
    assert!(of(&measured, Rule::Memory, "process:queen").is_none(), "no limit, no share of it");
    (after.process.resident_bytes, after.process.limit_bytes) = (Some(300), Some(400));
    let measured = measure(&before, &after, &mut Past::default(), "queen");
    assert_eq!(of(&measured, Rule::Memory, "process:queen").unwrap().value, 0.75);
    assert_eq!(measure(&after, &after, &mut Past::default(), "queen"), Measured::default(), "no time, no figures");
}
