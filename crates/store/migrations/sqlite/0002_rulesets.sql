-- Rulesets that were handed in, the one order of steps that says which is at work, and what people said of documents.
CREATE TABLE rulesets (
    version   TEXT PRIMARY KEY,
    parent    TEXT,
    note      TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    body      BLOB NOT NULL
) STRICT;

CREATE TABLE ruleset_turns (
    seq     INTEGER PRIMARY KEY,
    step    TEXT NOT NULL,
    version TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE TABLE marks (
    observation TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    is_tge      INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX marks_by_time ON marks (at, observation);
