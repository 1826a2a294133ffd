//! The way to the server, and why it may be closed.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};
use tge_ports::StoreError;
use thiserror::Error;

use super::db::{Db, refusal};
use super::migrations;

/// How long the server may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection used so recently is taken as working; one that is broken all the same is an error to one caller.
const PROVEN: Duration = Duration::from_secs(1);

/// Why there is no connection, with what to do.
#[derive(Debug, Error)]
enum Closed {
    #[error("not a URL of the form postgres://user@host:port/database")]
    Url,
    #[error("nothing answers there; check the address and that the server is started")]
    Absent(#[source] sqlx::Error),
    #[error("the server did not answer within {} s", PATIENCE.as_secs())]
    Silent,
    #[error("the server is starting up or shutting down; it will take connections soon")]
    NotReady(#[source] sqlx::Error),
    #[error("the server has no connection left; raise max_connections or lower the services' pools")]
    Crowded(#[source] sqlx::Error),
    #[error("the server refused user {user:?} or its password; check the password file")]
    Password {
        user: String,
        #[source]
        source: sqlx::Error,
    },
    #[error("the server has no such database; create it, or correct the URL")]
    NoDatabase(#[source] sqlx::Error),
}

pub(super) async fn connect(
    url: &str,
    password: Option<&str>,
    pool_size: u32,
    app_name: &str,
) -> Result<Db, StoreError> {
    let options = options(url, password, app_name)?;
    let target = target(&options);
    // One connection by itself first: a pool would try again in silence and then only know that time ran out.
    let mut connection = match tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(e)) => return Err(closed(&target, options.get_username(), e)),
        Err(_) => return Err(unavailable(&target, Closed::Silent)),
    };
    migrations::migrate(&mut connection, &target).await?;
    connection.close().await.map_err(|e| refusal("connecting", &target, e))?;

    let limited = options.options([
        // Nobody holds a lock for long; who waits longer than this waits for something broken.
        ("lock_timeout", "5s"),
        ("statement_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(pool_size.max(1))
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(600))
        // A connection just used needs no proof that it works: the proof would double the ways to the server.
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for >= PROVEN {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(limited);
    Ok(Db::new(pool, target))
}

fn options(url: &str, password: Option<&str>, app_name: &str) -> Result<PgConnectOptions, StoreError> {
    // The URL is not repeated: it may hold a password. The parser's own words may, too.
    let refused = || StoreError::Refused {
        attempted: "connecting",
        target: "the address given".to_owned(),
        source: Box::new(Closed::Url),
    };
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(refused());
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| refused())?.application_name(app_name);
    Ok(match password {
        Some(password) => options.password(password),
        None => options,
    })
}

/// Which database, without its password.
fn target(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    format!("{}:{}/{database}", options.get_host(), options.get_port())
}

fn unavailable(target: &str, why: Closed) -> StoreError {
    StoreError::Unavailable { attempted: "connecting", target: target.to_owned(), source: Box::new(why) }
}

fn closed(target: &str, user: &str, error: sqlx::Error) -> StoreError {
    let refused =
        |why| StoreError::Refused { attempted: "connecting", target: target.to_owned(), source: Box::new(why) };
    let code = error.as_database_error().and_then(|e| e.code()).map(|code| code.into_owned());
    match code.as_deref() {
        Some("57P01" | "57P02" | "57P03") => unavailable(target, Closed::NotReady(error)),
        Some("53300") => unavailable(target, Closed::Crowded(error)),
        Some("28000" | "28P01") => refused(Closed::Password { user: user.to_owned(), source: error }),
        Some("3D000") => refused(Closed::NoDatabase(error)),
        Some(_) => refusal("connecting", target, error),
        None if matches!(error, sqlx::Error::Io(_)) => unavailable(target, Closed::Absent(error)),
        None => refusal("connecting", target, error),
    }
}
