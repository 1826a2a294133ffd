-- The first schema. Moments are microseconds since 1970, identifiers and enumerations are text.

-- Documents never change. What changes with each step of the pipeline stands in `work`, whose rows are small, so that
-- a step does not rewrite the text.
CREATE TABLE documents (
    n                INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    source           TEXT NOT NULL,
    key              TEXT NOT NULL,
    url              TEXT NOT NULL,
    title            TEXT NOT NULL,
    text             TEXT NOT NULL,
    lang             TEXT,
    published        INTEGER,
    first_seen_at    INTEGER NOT NULL,
    previous_poll_at INTEGER,
    sha256           BLOB NOT NULL,
    arrival          TEXT NOT NULL,
    demo             INTEGER NOT NULL,
    traceparent      TEXT
) STRICT;
CREATE INDEX documents_by_key ON documents (source, key);
CREATE INDEX documents_by_time ON documents (first_seen_at, id);
CREATE INDEX documents_by_source ON documents (source, first_seen_at, id);

-- stage: new -> judged, or new -> candidate -> decided; dead after too many attempts at either.
CREATE TABLE work (
    n             INTEGER PRIMARY KEY REFERENCES documents (n),
    first_seen_at INTEGER NOT NULL,
    stage         TEXT NOT NULL,
    attempt       INTEGER NOT NULL DEFAULT 0,
    worker        TEXT,
    lease_token   INTEGER NOT NULL DEFAULT 0,
    lease_until   INTEGER NOT NULL DEFAULT 0,
    error         TEXT
) STRICT;
CREATE INDEX work_new ON work (first_seen_at, n) WHERE stage = 'new';
CREATE INDEX work_candidate ON work (first_seen_at, n) WHERE stage = 'candidate';
CREATE INDEX work_dead ON work (n) WHERE stage = 'dead';
-- Few rows ever: those that are at their last attempt.
CREATE INDEX work_spent_new ON work (lease_until) WHERE stage = 'new' AND attempt >= 5;
CREATE INDEX work_spent_candidate ON work (lease_until) WHERE stage = 'candidate' AND attempt >= 5;

CREATE TABLE verdicts (
    n    INTEGER PRIMARY KEY REFERENCES documents (n),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE source_health (
    name            TEXT PRIMARY KEY,
    state           TEXT NOT NULL,
    error           TEXT,
    last_poll_at    INTEGER,
    last_success_at INTEGER,
    next_poll_at    INTEGER NOT NULL,
    etag            TEXT,
    last_modified   TEXT,
    failures        INTEGER NOT NULL,
    polls           INTEGER NOT NULL,
    not_modified    INTEGER NOT NULL,
    observations    INTEGER NOT NULL
) STRICT;

-- One row per order: changes of events, writes of memory.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('changes', 0), ('memory', 0);

CREATE TABLE events (
    id          TEXT PRIMARY KEY,
    project     TEXT,
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    probability REAL NOT NULL,
    tickers     TEXT NOT NULL,
    venues      TEXT NOT NULL,
    search      TEXT NOT NULL,
    demo        INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    merged_into TEXT,
    body        TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (created_at, id);
CREATE INDEX events_by_project ON events (project, created_at, id);
CREATE INDEX events_by_status ON events (status, created_at, id);
CREATE INDEX events_by_kind ON events (kind, created_at, id);

CREATE TABLE event_keys (
    key   TEXT PRIMARY KEY,
    event TEXT NOT NULL REFERENCES events (id)
) STRICT;
CREATE INDEX event_keys_by_event ON event_keys (event);

CREATE TABLE changes (
    seq         INTEGER PRIMARY KEY,
    event       TEXT NOT NULL REFERENCES events (id),
    kind        TEXT NOT NULL,
    alert       INTEGER NOT NULL,
    status_from TEXT,
    cause       TEXT,
    at          INTEGER NOT NULL,
    body        TEXT NOT NULL
) STRICT;
CREATE INDEX changes_by_event ON changes (event, seq);

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY REFERENCES changes (seq),
    at  INTEGER NOT NULL
) STRICT;

CREATE TABLE webhooks (
    id              TEXT PRIMARY KEY,
    url             TEXT NOT NULL,
    secret          TEXT NOT NULL,
    min_probability REAL NOT NULL,
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER
) STRICT;

CREATE TABLE deliveries (
    id          TEXT PRIMARY KEY,
    webhook     TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    event       TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempt     INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    error       TEXT,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER,
    worker      TEXT,
    lease_token INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    UNIQUE (webhook, seq)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_by_time ON deliveries (created_at, id);
CREATE INDEX deliveries_by_state ON deliveries (state, created_at, id);

-- rank: 0 critical .. 3 low; the order in which tasks are taken.
CREATE TABLE tasks (
    id          TEXT PRIMARY KEY,
    idem_key    TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    priority    TEXT NOT NULL,
    rank        INTEGER NOT NULL,
    state       TEXT NOT NULL,
    attempt     INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER,
    worker      TEXT,
    lease_token INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    error       TEXT,
    result      TEXT,
    traceparent TEXT
) STRICT;
CREATE INDEX tasks_open ON tasks (kind, not_before) WHERE state IN ('pending', 'leased');
CREATE INDEX tasks_by_time ON tasks (created_at, id);
CREATE INDEX tasks_by_state ON tasks (state, finished_at);

CREATE TABLE agents (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    address      TEXT NOT NULL,
    state        TEXT NOT NULL,
    started_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    doing        TEXT NOT NULL,
    done         INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    version      TEXT NOT NULL
) STRICT;
CREATE INDEX agents_by_time ON agents (last_seen_at);

-- holder is empty once it was given back.
CREATE TABLE leases (
    name        TEXT PRIMARY KEY,
    holder      TEXT NOT NULL,
    token       INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE memory (
    tier        TEXT NOT NULL,
    key         TEXT NOT NULL,
    version     INTEGER NOT NULL,
    writer      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subjects    TEXT NOT NULL,
    content     TEXT NOT NULL,
    importance  REAL NOT NULL,
    uses        INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    accessed_at INTEGER NOT NULL,
    seq         INTEGER NOT NULL UNIQUE,
    forgotten   INTEGER NOT NULL,
    PRIMARY KEY (tier, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE recoveries (
    id         TEXT PRIMARY KEY,
    component  TEXT NOT NULL,
    container  TEXT NOT NULL,
    cause      TEXT NOT NULL,
    evidence   TEXT NOT NULL,
    action     TEXT NOT NULL,
    attempt    INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX recoveries_by_time ON recoveries (started_at, id);
CREATE INDEX recoveries_by_component ON recoveries (component, started_at, id);

CREATE TABLE components (
    component    TEXT PRIMARY KEY,
    status       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    breaker_open INTEGER NOT NULL,
    checked_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE service_transitions (
    n        INTEGER PRIMARY KEY,
    service  TEXT NOT NULL,
    instance TEXT NOT NULL,
    address  TEXT NOT NULL,
    status   TEXT NOT NULL,
    note     TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX service_transitions_by_service ON service_transitions (service, n);

CREATE TABLE api_keys (
    sha256     BLOB PRIMARY KEY,
    scope      TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;
