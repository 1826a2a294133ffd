//! Status history of services.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tge_model::{ServiceTransition, Timestamp};
use tge_ports::store::Services;
use tge_ports::{Page, Paged, StoreError};

use super::db::Db;
use crate::cursor::{self, Cursor};
use crate::row::read;
use crate::text::clean;

pub(super) struct PgServices {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Services for PgServices {
    async fn append(&self, transitions: &[ServiceTransition]) -> Result<(), StoreError> {
        self.db
            .named("storing services' transitions", || async {
                let mut tx = self.db.pool().begin().await?;
                for one in transitions {
                    sqlx::query(
                        "INSERT INTO service_transitions (service, instance, address, status, note, at)
                         VALUES ($1, $2, $3, $4, $5, $6)",
                    )
                    .bind(clean(&one.service))
                    .bind(clean(&one.instance))
                    .bind(clean(&one.address))
                    .bind(one.status.as_str())
                    .bind(clean(&one.note))
                    .bind(one.at.as_micros())
                    .execute(&mut *tx)
                    .await?;
                }
                tx.commit().await
            })
            .await
    }

    async fn list(&self, service: Option<&str>, page: &Page) -> Result<Paged<ServiceTransition>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        let statement = match service {
            Some(_) => "SELECT * FROM service_transitions WHERE n < $1 AND service = $3 ORDER BY n DESC LIMIT $2",
            None => "SELECT * FROM service_transitions WHERE n < $1 ORDER BY n DESC LIMIT $2",
        };
        self.db
            .named("listing services' transitions", || async {
                let query = sqlx::query(statement).bind(after.at).bind(size + 1);
                let query = if let Some(service) = service { query.bind(service) } else { query };
                let rows = query.fetch_all(self.db.pool()).await?;
                let items = rows.iter().map(transition).collect::<Result<Vec<_>, _>>()?;
                let page = cursor::cut(items, size, |(n, _)| (*n, "n".to_owned()));
                Ok(Paged { items: page.items.into_iter().map(|(_, item)| item).collect(), next: page.next })
            })
            .await
    }
}

/// The row's place in the history, and what it says.
fn transition(row: &PgRow) -> Result<(i64, ServiceTransition), sqlx::Error> {
    let n: i64 = row.try_get("n")?;
    let item = ServiceTransition {
        service: row.try_get("service")?,
        instance: row.try_get("instance")?,
        address: row.try_get("address")?,
        status: read(&format!("service_transitions/{n}"), row.try_get("status")?)?,
        note: row.try_get("note")?,
        at: Timestamp::from_micros(row.try_get("at")?),
    };
    Ok((n, item))
}
