//! The first sight of a site stays the first.

use futures::future::join_all;
use tge_model::Timestamp;

use super::fixture::{MINUTE, SECOND};
use super::{START, TimeTravel};
use crate::Stores;
use crate::store::Noted;

fn seen(site: &str, at: Timestamp) -> (String, Timestamp) {
    (site.to_owned(), at)
}

pub(super) async fn the_first_sight_stays(stores: &Stores, _time: &dyn TimeTravel) {
    let note = async |seen: &[(String, Timestamp)]| stores.sites.note(seen).await.expect("noted");
    assert_eq!(note(&[]).await, Noted { first_seen: Vec::new(), days: 0 });
    let later = START.plus(MINUTE);
    let first = note(&[seen("example.org", later), seen("münchen.example", later)]).await;
    assert_eq!(first, Noted { first_seen: vec![later; 2], days: 1 });
    let again = note(&[seen("other.example", later.plus(MINUTE)), seen("example.org", later.plus(MINUTE))]).await;
    assert_eq!(again, Noted { first_seen: vec![later.plus(MINUTE), later], days: 1 });
    // A document that waited longer may bring an earlier sight, and one document may bring several.
    let twice = [seen("example.org", START.plus(SECOND)), seen("example.org", START)];
    assert_eq!(note(&twice).await, Noted { first_seen: vec![START; 2], days: 1 });
    let hostile = "a\0b'; DROP TABLE sites; --".to_owned();
    assert_eq!(
        note(&[(hostile.clone(), later), (hostile, START.plus(SECOND))]).await.first_seen,
        [START.plus(SECOND), START.plus(SECOND)]
    );
    let days = [seen("next.example", START.plus(MINUTE * 1_440)), seen("example.org", START.plus(MINUTE * 4_320))];
    assert_eq!(note(&days).await, Noted { first_seen: vec![START.plus(MINUTE * 1_440), START], days: 2 });
}

pub(super) async fn racing_sights_agree(stores: &Stores, _time: &dyn TimeTravel) {
    let sites: Vec<String> = (0..20).map(|n| format!("site-{n}.example")).collect();
    let racing = (0..8u32).map(|racer| {
        let at = START.plus(SECOND * (racer + 1));
        let mut seen: Vec<_> = sites.iter().map(|site| (site.clone(), at)).collect();
        // In another order each: who locks rows as they come would lock himself out.
        seen.rotate_left(racer as usize * 2);
        async move { stores.sites.note(&seen).await.expect("noted") }
    });
    join_all(racing).await;
    let asked: Vec<_> = sites.iter().map(|site| (site.clone(), START.plus(MINUTE))).collect();
    assert_eq!(stores.sites.note(&asked).await.expect("noted").first_seen, vec![START.plus(SECOND); 20]);
}
