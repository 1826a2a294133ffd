-- Rulesets that were handed in, the one order of steps that says which is at work, and what people said of documents.
CREATE TABLE rulesets (
    version   TEXT PRIMARY KEY,
    parent    TEXT,
    note      TEXT NOT NULL,
    stored_at BIGINT NOT NULL,
    size      BIGINT NOT NULL,
    body      BYTEA NOT NULL
);

CREATE TABLE ruleset_turns (
    seq     BIGINT PRIMARY KEY,
    step    TEXT NOT NULL,
    version TEXT NOT NULL,
    at      BIGINT NOT NULL
);

CREATE TABLE marks (
    observation TEXT COLLATE "C" PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    is_tge      BOOLEAN NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX marks_by_time ON marks (at, observation);
