# The verbs of the house. `make run` and `make test` do all their set-up; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Where the shared folder with labelled documents, feeds and stand-in images lies; what needs it is reported as skipped without.
export TGE_SHARED ?= $(abspath ../shared)
# What `make run` hands to the program, for example: make run ARGS="--demo --for 90s"
ARGS ?=
# The compose command: 1.29 and 2 both work.
COMPOSE ?= $(shell command -v docker-compose > /dev/null && echo docker-compose || echo docker compose)

# Where cargo puts what it builds.
BUILT := $(or $(CARGO_TARGET_DIR),target)

.PHONY: help run demo test check unit setup e2e eval alarms bench-detect fuzz figures init up down logs ps images

help: ## Lists the verbs
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 10

run: ## Builds and starts solo: console on http://127.0.0.1:8080
	@tools/build.sh --locked --profile quick -p tge-solo
	@exec $(BUILT)/quick/tge-swarm $(ARGS)

demo: ## The same with a small world of its own: one launch from rumour to live within a minute
	@$(MAKE) --no-print-directory run ARGS="--demo $(ARGS)"

setup: ## Installs what the tests need (Debian packages, a Python venv); says what it cannot have
	@tools/setup.sh

check: ## The fast half of the tests: format, lints, repository rules
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo test --locked -q -p xtask

test: setup ## Everything a change must pass
	@tools/test.sh

e2e: ## The swarm on docker-compose: start, trace, kill, heal, compare with solo
	@tests/e2e/run.sh

# What helps to learn beside the measured documents; where the texts are absent, it does not help.
HELP = --more config/labels/stream.tsv --texts $(addprefix $(TGE_SHARED)/eval/,posts.jsonl.zst articles.jsonl.zst stream.jsonl.zst) --ours $(TGE_SHARED)/eval/synthetic.jsonl $(addprefix config/labels/,ours.jsonl lines.jsonl told.jsonl)
MEASURED = $(TGE_SHARED)/eval/dev.jsonl $(TGE_SHARED)/eval/dev2.jsonl

eval: ## Detection measured on sources it has not seen
	cargo run --locked -q --profile quick -p tgectl -- ruleset eval $(MEASURED) $(HELP) --group source --ambiguous $(TGE_SHARED)/eval/ambiguous.jsonl \
		--terms config/labels/terms.tsv

alarms: ## Counts the false alarms on documents nobody labelled
	cargo run --locked -q --profile quick -p tgectl -- ruleset alarms $(TGE_SHARED)/eval/stream.jsonl.zst

bench-detect: ## Short texts judged per second of processor time; matching and near-duplicates beside others
	cargo run --locked -q --release --manifest-path crates/detect/bench/Cargo.toml --target-dir target/bench -- $(MEASURED)

fuzz: ## Feeds hostile documents to the detector for SECONDS (60)
	@tools/fuzz.sh $(or $(SECONDS),60)

figures: ## Prints solo's figures: start, memory, latency, documents a second
	cargo build --locked -q --profile quick -p tge-solo
	tools/figures.py $(BUILT)/quick/tge-swarm

init: ## Writes .env, secrets and certificates for the swarm, once
	@infrastructure/init.sh

images: ## Builds the swarm's image from binaries built on this host
	cargo build --locked --profile quick -p tge-swarm -p tgectl
	infrastructure/docker/dist.sh $(BUILT)/quick
	DOCKER_BUILDKIT=0 docker build -q -f infrastructure/docker/Dockerfile --target prebuilt -t tge-swarm:dev .

up: init ## Starts the swarm
	$(COMPOSE) up -d

down: ## Stops the swarm; its data stays
	$(COMPOSE) down

logs: ## Follows the swarm's logs
	$(COMPOSE) logs -f --tail 100

ps: ## Lists the swarm's containers
	$(COMPOSE) ps
