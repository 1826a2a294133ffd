//! PostgreSQL: the contract on a private server, and what stands in the way to one.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use libtest_mimic::{Failed, Trial};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor as _, PgPool};
use tge_ports::contract::store::{self as contract, START, TimeTravel};
use tge_ports::{StoreError, Stores};
use tge_store::postgres;
use tge_testing::PrivatePostgres;

use super::clock::block_on;

/// One server for all trials, started by the first and stopped by the last; each has a database of its own, copied from
/// one that was migrated by the program itself.
pub(crate) struct Server {
    postgres: PrivatePostgres,
    databases: AtomicU32,
}

const TEMPLATE: &str = "tge_template";

// === impl Server ===

impl Server {
    pub(crate) fn start() -> Result<Arc<Self>, Failed> {
        let postgres = PrivatePostgres::start(&[])?;
        postgres.psql("postgres", &format!("CREATE DATABASE {TEMPLATE}"))?;
        block_on(async {
            let url = postgres.url(TEMPLATE);
            // Together, as the services of a swarm start.
            let all = futures::future::join_all((0..6).map(|_| connect(&url))).await;
            for one in all {
                one?;
            }
            Ok::<_, StoreError>(())
        })?;
        postgres.psql(
            TEMPLATE,
            &format!(
                "CREATE TABLE still_clock (at BIGINT NOT NULL);
                 INSERT INTO still_clock VALUES ({});
                 CREATE OR REPLACE FUNCTION tge_now() RETURNS BIGINT LANGUAGE sql VOLATILE
                     AS $$ SELECT at FROM still_clock $$;",
                START.as_micros()
            ),
        )?;
        Ok(Arc::new(Self { postgres, databases: AtomicU32::new(0) }))
    }

    /// A fresh database.
    fn database(&self) -> Result<String, Failed> {
        let name = format!("trial_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.postgres.psql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))?;
        Ok(name)
    }
}

async fn connect(url: &str) -> Result<Stores, StoreError> {
    postgres::connect(url, Some(PrivatePostgres::PASSWORD.to_owned()), 4, "trial").await
}

/// Moves the server's clock by its function's table.
struct ServerClock(PgPool);

#[async_trait]
impl TimeTravel for ServerClock {
    async fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).expect("a short time");
        let moved = sqlx::query("UPDATE still_clock SET at = at + $1").bind(micros).execute(&self.0).await;
        moved.expect("the clock is moved");
    }
}

type Own = fn(&Server) -> Result<(), Failed>;

/// Where the machine has no PostgreSQL every trial is reported as ignored. `server` is also `None` where none will run.
pub(crate) fn trials(server: Option<&Arc<Server>>) -> Vec<Trial> {
    let own: [(&str, Own); 5] = [
        ("postgres::tells_why_there_is_no_connection", tells_why_there_is_no_connection),
        ("postgres::refuses_a_newer_schema", refuses_a_newer_schema),
        ("postgres::shows_its_name", shows_its_name),
        ("postgres::comes_back_after_cut_connections", comes_back_after_cut_connections),
        ("postgres::waits_for_no_lock_for_ever", waits_for_no_lock_for_ever),
    ];
    let mut trials = Vec::new();
    for (name, trial) in contract::trials() {
        let server = server.cloned();
        trials.push(ignorable(format!("postgres::{name}"), server, move |server| {
            let database = server.database()?;
            block_on(async {
                let url = server.postgres.url(&database);
                let stores = connect(&url).await?;
                let options: PgConnectOptions = url.parse()?;
                let options = options.password(PrivatePostgres::PASSWORD);
                let clock = ServerClock(PgPoolOptions::new().max_connections(1).connect_with(options).await?);
                trial(&stores, &clock).await;
                Ok(())
            })
        }));
    }
    trials.extend(own.map(|(name, trial)| ignorable(name.to_owned(), server.cloned(), trial)));
    trials
}

fn ignorable(
    name: String,
    server: Option<Arc<Server>>,
    trial: impl FnOnce(&Server) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let missing = PrivatePostgres::installed().is_none();
    let run = move || match server {
        Some(server) => trial(&server),
        None => Err("no PostgreSQL was started: the filter named only others".into()),
    };
    Trial::test(name, run).with_ignored_flag(missing)
}

/// The whole chain of an error, as an operator sees it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

fn tells_why_there_is_no_connection(server: &Server) -> Result<(), Failed> {
    block_on(async {
        let good = server.postgres.url("postgres");
        let port = server.postgres.port().to_string();
        let unused = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
        let cases = [
            (good.clone(), "guess-me", false, "check the password"),
            (good.replace("tge@", "nobody@"), "guess-me", false, "check the password"),
            (server.postgres.url("nowhere"), PrivatePostgres::PASSWORD, false, "no such database"),
            (good.replace(&port, &unused), PrivatePostgres::PASSWORD, true, "nothing answers there"),
            ("mysql://guess-me@x".to_owned(), "guess-me", false, "not a URL of the form"),
            ("postgres://guess-me@:x:y".to_owned(), "guess-me", false, "not a URL of the form"),
        ];
        for (url, password, transient, words) in cases {
            let refused = postgres::connect(&url, Some(password.to_owned()), 1, "trial").await.err();
            let refused = refused.ok_or_else(|| format!("{url} was let in"))?;
            let said = chain(&refused);
            assert!(said.contains(words), "{url}: {said}");
            assert_eq!(refused.is_transient(), transient, "{url}: {said}");
            assert!(!said.contains("guess-me") && !said.contains(PrivatePostgres::PASSWORD), "a secret in {said}");
        }
        Ok(())
    })
}

fn refuses_a_newer_schema(server: &Server) -> Result<(), Failed> {
    let database = server.database()?;
    server.postgres.psql(
        &database,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, '', 0)",
    )?;
    block_on(async {
        let refused = connect(&server.postgres.url(&database)).await.err().ok_or("a newer schema was opened")?;
        assert!(matches!(refused, StoreError::NewerSchema { found: 9999, .. }), "{refused}");
        Ok(())
    })
}

fn shows_its_name(server: &Server) -> Result<(), Failed> {
    let database = server.database()?;
    block_on(async {
        let stores = connect(&server.postgres.url(&database)).await?;
        stores.keys.count().await?;
        let seen = server.postgres.psql(
            "postgres",
            &format!("SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = '{database}'"),
        )?;
        assert_eq!(seen, "trial");
        Ok(())
    })
}

fn comes_back_after_cut_connections(server: &Server) -> Result<(), Failed> {
    let database = server.database()?;
    block_on(async {
        let stores = connect(&server.postgres.url(&database)).await?;
        stores.observations.ingest(&[contract::document(1)], None).await?;
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        server.postgres.psql("postgres", &cut)?;
        // A connection found dead is replaced; one that dies under a statement is told as passing.
        for attempt in 0.. {
            match stores.observations.get(contract::document(1).id).await {
                Ok(found) => {
                    assert!(found.is_some());
                    break;
                }
                Err(e) => assert!(e.is_transient() && attempt < 5, "{}", chain(&e)),
            }
        }
        Ok(())
    })
}

fn waits_for_no_lock_for_ever(server: &Server) -> Result<(), Failed> {
    let database = server.database()?;
    block_on(async {
        let stores = connect(&server.postgres.url(&database)).await?;
        let options: PgConnectOptions = server.postgres.url(&database).parse()?;
        let pool = PgPool::connect_with(options.password(PrivatePostgres::PASSWORD)).await?;
        let mut tx = pool.begin().await?;
        tx.execute("LOCK TABLE api_keys").await?;
        let refused = stores.keys.count().await.err().ok_or("it read through a lock")?;
        assert!(refused.is_transient(), "{}", chain(&refused));
        assert!(chain(&refused).contains("lock timeout"), "{}", chain(&refused));
        Ok(())
    })
}
