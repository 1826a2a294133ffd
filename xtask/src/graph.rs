//! Who calls whom over gRPC, read from the sources: the graph has no cycle, so that no two services wait for each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Which crate calls which, by the generated clients and servers their sources name.
pub fn calls() -> BTreeMap<String, BTreeSet<String>> {
    let mut servers: BTreeMap<String, String> = BTreeMap::new();
    let mut clients: Vec<(String, String)> = Vec::new();
    for (name, text) in sources() {
        for (area, side) in mentions(&text) {
            match side {
                // The agents answer one service alike; they stand as one server.
                Side::Server => drop(servers.insert(area, name.clone())),
                Side::Client => clients.push((name.clone(), area)),
            }
        }
    }
    let mut calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (client, area) in clients {
        if let Some(server) = servers.get(&area).filter(|server| **server != client) {
            // What crate `agent` calls, every agent calls.
            calls.entry(client).or_default().insert(server.clone());
        }
    }
    calls
}

/// A cycle, as the path of its crates; `None` when there is none.
pub fn cycle(calls: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    calls.keys().find_map(|start| walk(calls, &mut vec![start.clone()]))
}

fn walk(calls: &BTreeMap<String, BTreeSet<String>>, path: &mut Vec<String>) -> Option<Vec<String>> {
    let here = path.last()?.clone();
    for next in calls.get(&here).into_iter().flatten() {
        if path.contains(next) {
            let mut cycle = path.clone();
            cycle.push(next.clone());
            return Some(cycle);
        }
        path.push(next.clone());
        if let Some(cycle) = walk(calls, path) {
            return Some(cycle);
        }
        path.pop();
    }
    None
}

enum Side {
    Client,
    Server,
}

/// Generated modules are named `<area>_service_client` and `<area>_service_server`.
fn mentions(text: &str) -> Vec<(String, Side)> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !word(c))
        .filter_map(|token| {
            let client = token.strip_suffix("_service_client").map(|area| (area.to_owned(), Side::Client));
            client.or_else(|| Some((token.strip_suffix("_service_server")?.to_owned(), Side::Server)))
        })
        .collect()
}

/// Every service crate with its sources as one text. Composition roots and tests stand outside the graph.
fn sources() -> Vec<(String, String)> {
    let third = crate::floors::FLOORS.iter().find(|(name, _)| *name == "third").map_or(&[][..], |(_, crates)| crates);
    third
        .iter()
        .map(|name| {
            let folder = crate::root().join("crates").join(name).join("src");
            let text = crate::rust_files(&folder).iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
            ((*name).to_owned(), text)
        })
        .collect()
}
