//! The first sight of a site stays the first.

use futures::future::join_all;
use tge_model::Timestamp;

use super::fixture::{MINUTE, SECOND};
use super::{START, TimeTravel};
use crate::Stores;

fn named(sites: &[&str]) -> Vec<String> {
    sites.iter().map(|&site| site.to_owned()).collect()
}

pub(super) async fn the_first_sight_stays(stores: &Stores, _time: &dyn TimeTravel) {
    let note = async |sites: &[&str], at: Timestamp| stores.sites.note(&named(sites), at).await.expect("noted");
    let days = async || stores.sites.days().await.expect("counted");
    assert_eq!((note(&[], START).await, days().await), (Vec::new(), 0));
    let later = START.plus(MINUTE);
    assert_eq!(note(&["example.org", "münchen.example"], later).await, [later; 2]);
    let again = later.plus(MINUTE);
    assert_eq!(note(&["other.example", "example.org"], again).await, [again, later]);
    // A document that waited longer may bring an earlier sight, and one document may bring a site twice.
    assert_eq!(note(&["example.org", "example.org"], START).await, [START; 2]);
    let hostile = "a\0b'; DROP TABLE sites; --";
    assert_eq!(note(&[hostile, hostile], later).await, [later; 2]);
    assert_eq!(note(&[hostile], again).await, [later]);
    assert_eq!(days().await, 1);
    let tomorrow = START.plus(MINUTE * 1_440);
    assert_eq!(note(&["next.example", "example.org"], tomorrow).await, [tomorrow, START]);
    assert_eq!(note(&["next.example"], START.plus(MINUTE * 4_320)).await, [tomorrow]);
    assert_eq!(days().await, 2);
}

pub(super) async fn racing_sights_agree(stores: &Stores, _time: &dyn TimeTravel) {
    let sites: Vec<String> = (0..20).map(|n| format!("site-{n}.example")).collect();
    let racing = (0..8u32).map(|racer| {
        let mut seen = sites.clone();
        // In another order each: who locks rows as they come would lock himself out.
        seen.rotate_left(racer as usize * 2);
        async move { stores.sites.note(&seen, START.plus(SECOND * (racer + 1))).await.expect("noted") }
    });
    join_all(racing).await;
    let agreed = stores.sites.note(&sites, START.plus(MINUTE)).await.expect("noted");
    assert_eq!(agreed, vec![START.plus(SECOND); 20]);
}
