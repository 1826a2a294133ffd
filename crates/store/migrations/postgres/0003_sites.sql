-- When a site was first seen behind a link of what may be a launch: a name that is new is no proof, but worth telling.
CREATE TABLE sites (
    site          TEXT COLLATE "C" PRIMARY KEY,
    first_seen_at BIGINT NOT NULL
);
CREATE INDEX sites_by_time ON sites (first_seen_at);
