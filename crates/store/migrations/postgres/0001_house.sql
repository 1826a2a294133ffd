-- The first schema. Moments are microseconds since 1970, identifiers and enumerations are text.

-- The one clock: leases and due times are judged by it alone, never by a worker's. Tests replace it to move time.
CREATE FUNCTION tge_now() RETURNS BIGINT LANGUAGE sql VOLATILE
    AS $$ SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT $$;

-- Documents never change. What changes with each step of the pipeline stands in `work`, whose rows are small, so that
-- a step touches neither the text nor the indexes beside it.
CREATE TABLE documents (
    n                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id               TEXT COLLATE "C" NOT NULL UNIQUE,
    source           TEXT NOT NULL,
    key              TEXT NOT NULL,
    url              TEXT NOT NULL,
    title            TEXT NOT NULL,
    text             TEXT NOT NULL,
    lang             TEXT,
    published        BIGINT,
    first_seen_at    BIGINT NOT NULL,
    previous_poll_at BIGINT,
    sha256           BYTEA NOT NULL,
    arrival          TEXT NOT NULL,
    demo             BOOLEAN NOT NULL,
    traceparent      TEXT
);
-- By hash: a key may be longer than a B-tree takes.
CREATE INDEX documents_by_key ON documents (source, md5(key));
CREATE INDEX documents_by_time ON documents (first_seen_at, id);
CREATE INDEX documents_by_source ON documents (source, first_seen_at, id);

-- stage: new -> judged, or new -> candidate -> decided; dead after too many attempts at either.
CREATE TABLE work (
    n             BIGINT PRIMARY KEY REFERENCES documents (n),
    first_seen_at BIGINT NOT NULL,
    stage         TEXT NOT NULL,
    attempt       BIGINT NOT NULL DEFAULT 0,
    worker        TEXT,
    lease_token   BIGINT NOT NULL DEFAULT 0,
    lease_until   BIGINT NOT NULL DEFAULT 0,
    error         TEXT
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX work_new ON work (first_seen_at, n) WHERE stage = 'new';
CREATE INDEX work_candidate ON work (first_seen_at, n) WHERE stage = 'candidate';
CREATE INDEX work_dead ON work (n) WHERE stage = 'dead';
-- Few rows ever: those that are at their last attempt.
CREATE INDEX work_spent ON work (stage, lease_until) WHERE attempt >= 5 AND stage IN ('new', 'candidate');

CREATE TABLE verdicts (
    n    BIGINT PRIMARY KEY REFERENCES documents (n),
    body JSONB NOT NULL
);

CREATE TABLE source_health (
    name            TEXT COLLATE "C" PRIMARY KEY,
    state           TEXT NOT NULL,
    error           TEXT,
    last_poll_at    BIGINT,
    last_success_at BIGINT,
    next_poll_at    BIGINT NOT NULL,
    etag            TEXT,
    last_modified   TEXT,
    failures        BIGINT NOT NULL,
    polls           BIGINT NOT NULL,
    not_modified    BIGINT NOT NULL,
    observations    BIGINT NOT NULL
);

-- One row per order: changes of events, writes of memory. Who numbers holds the row until it commits, so numbers become
-- visible in their order and a reader that resumes after the last one it saw misses nothing.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO counters (name, value) VALUES ('changes', 0), ('memory', 0);

CREATE TABLE events (
    id          TEXT COLLATE "C" PRIMARY KEY,
    project     TEXT,
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    probability DOUBLE PRECISION NOT NULL,
    tickers     TEXT[] NOT NULL,
    venues      TEXT[] NOT NULL,
    search      TEXT NOT NULL,
    demo        BOOLEAN NOT NULL,
    revision    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    merged_into TEXT COLLATE "C",
    body        JSONB NOT NULL
);
CREATE INDEX events_by_time ON events (created_at, id);
CREATE INDEX events_by_project ON events (project, created_at, id);
CREATE INDEX events_by_status ON events (status, created_at, id);
CREATE INDEX events_by_kind ON events (kind, created_at, id);
CREATE INDEX events_by_ticker ON events USING GIN (tickers);
CREATE INDEX events_by_venue ON events USING GIN (venues);

-- Trigrams make the text filter quick. A server without the extension, or a role that may not create it, only searches
-- more slowly.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX events_by_text ON events USING GIN (search gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no trigram index for events: %', SQLERRM;
END
$$;

CREATE TABLE event_keys (
    key   TEXT COLLATE "C" PRIMARY KEY,
    event TEXT COLLATE "C" NOT NULL REFERENCES events (id)
);
CREATE INDEX event_keys_by_event ON event_keys (event);

CREATE TABLE changes (
    seq         BIGINT PRIMARY KEY,
    event       TEXT COLLATE "C" NOT NULL REFERENCES events (id),
    kind        TEXT NOT NULL,
    alert       BOOLEAN NOT NULL,
    status_from TEXT,
    cause       TEXT,
    at          BIGINT NOT NULL,
    body        JSONB NOT NULL
);
CREATE INDEX changes_by_event ON changes (event, seq);

CREATE TABLE outbox (
    seq BIGINT PRIMARY KEY REFERENCES changes (seq),
    at  BIGINT NOT NULL
);

CREATE TABLE webhooks (
    id              TEXT COLLATE "C" PRIMARY KEY,
    url             TEXT NOT NULL,
    secret          TEXT NOT NULL,
    min_probability DOUBLE PRECISION NOT NULL,
    created_at      BIGINT NOT NULL,
    disabled_at     BIGINT
);

CREATE TABLE deliveries (
    id          TEXT COLLATE "C" PRIMARY KEY,
    webhook     TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    event       TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempt     BIGINT NOT NULL,
    next_at     BIGINT NOT NULL,
    error       TEXT,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT,
    worker      TEXT,
    lease_token BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    UNIQUE (webhook, seq)
);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_by_time ON deliveries (created_at, id);
CREATE INDEX deliveries_by_state ON deliveries (state, created_at, id);

-- rank: 0 critical .. 3 low; the order in which tasks are taken.
CREATE TABLE tasks (
    id          TEXT COLLATE "C" PRIMARY KEY,
    idem_key    TEXT COLLATE "C" NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    priority    TEXT NOT NULL,
    rank        BIGINT NOT NULL,
    state       TEXT NOT NULL,
    attempt     BIGINT NOT NULL DEFAULT 0,
    not_before  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT,
    worker      TEXT,
    lease_token BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    error       TEXT,
    result      TEXT,
    traceparent TEXT
);
CREATE INDEX tasks_open ON tasks (kind, not_before) WHERE state IN ('pending', 'leased');
CREATE INDEX tasks_by_time ON tasks (created_at, id);
CREATE INDEX tasks_by_state ON tasks (state, finished_at);

CREATE TABLE agents (
    id           TEXT COLLATE "C" PRIMARY KEY,
    kind         TEXT NOT NULL,
    address      TEXT NOT NULL,
    state        TEXT NOT NULL,
    started_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    doing        TEXT NOT NULL,
    done         BIGINT NOT NULL,
    failed       BIGINT NOT NULL,
    version      TEXT NOT NULL
);
CREATE INDEX agents_by_time ON agents (last_seen_at);

-- holder is empty once it was given back.
CREATE TABLE leases (
    name        TEXT PRIMARY KEY,
    holder      TEXT NOT NULL,
    token       BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE memory (
    tier        TEXT NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    version     BIGINT NOT NULL,
    writer      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subjects    TEXT[] NOT NULL,
    content     TEXT NOT NULL,
    importance  DOUBLE PRECISION NOT NULL,
    uses        BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    accessed_at BIGINT NOT NULL,
    seq         BIGINT NOT NULL UNIQUE,
    forgotten   BOOLEAN NOT NULL,
    PRIMARY KEY (tier, key)
);
CREATE INDEX memory_by_subject ON memory USING GIN (subjects);

CREATE TABLE recoveries (
    id         TEXT COLLATE "C" PRIMARY KEY,
    component  TEXT NOT NULL,
    container  TEXT NOT NULL,
    cause      TEXT NOT NULL,
    evidence   TEXT[] NOT NULL,
    action     TEXT NOT NULL,
    attempt    BIGINT NOT NULL,
    outcome    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX recoveries_by_time ON recoveries (started_at, id);
CREATE INDEX recoveries_by_component ON recoveries (component, started_at, id);

CREATE TABLE components (
    component    TEXT COLLATE "C" PRIMARY KEY,
    status       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    breaker_open BOOLEAN NOT NULL,
    checked_at   BIGINT NOT NULL
);

CREATE TABLE service_transitions (
    n        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service  TEXT NOT NULL,
    instance TEXT NOT NULL,
    address  TEXT NOT NULL,
    status   TEXT NOT NULL,
    note     TEXT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX service_transitions_by_service ON service_transitions (service, n);

CREATE TABLE api_keys (
    sha256     BYTEA PRIMARY KEY,
    scope      TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
