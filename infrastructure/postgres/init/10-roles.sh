#!/bin/bash
# Runs once, on an empty data directory: roles, the database, pg_stat_statements. Tables are made by the services (migrations), not here.
set -euo pipefail
for name in postgres_password postgres_exporter_password; do
  [ -s "/run/secrets/$name" ] || { echo "postgres: the secret /run/secrets/$name is missing or empty: run 'make init'" >&2; exit 1; }
done
# psql reads the passwords itself: as arguments they would stand in the process list.
psql --no-psqlrc -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set tge_password `cat /run/secrets/postgres_password`
\set exporter_password `cat /run/secrets/postgres_exporter_password`
CREATE ROLE tge LOGIN PASSWORD :'tge_password';
CREATE ROLE tge_exporter LOGIN CONNECTION LIMIT 5 PASSWORD :'exporter_password';
-- Statistics of all sessions, for the performance agent and the exporter; no data of any table.
GRANT pg_read_all_stats TO tge;
GRANT pg_monitor TO tge_exporter;
CREATE DATABASE tge OWNER tge;
-- By default everybody may connect to everything.
REVOKE CONNECT ON DATABASE tge FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE tge TO tge_exporter;
\connect tge
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
