# Leo's commands. `make` lists them; README.md shows the two to begin with.
#
# Ctrl-C reaches whatever runs, and make waits until it has cleaned up. Long-running commands are
# exec'd, so that a signal to make reaches them and not a shell in between.

.DEFAULT_GOAL := help
# What a failing recipe leaves half-made is made again.
.DELETE_ON_ERROR:
.PHONY: help setup tools build console generator node-image mini-generator mini-generator-path demo dev test run-tests kill-test console-test console-api console-api-check console-browser run-console-browser screenshots console-figures bench fuzz \
	check deny advisories infra-check sqlx sqlx-check compose-images clean

# Nobody needs a database to build: .sqlx knows the queries.
export SQLX_OFFLINE := true
# Tools that setup puts below .leo, and a Rust that rustup has installed a moment ago.
export PATH := $(CURDIR)/.leo/tools/bin:$(PATH):$(HOME)/.cargo/bin

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
LEO := $(TARGET)/debug/leo
# Asked when a recipe needs it, because setup may have installed rustc a line before.
HOST = $(shell PATH="$(PATH)" rustc -vV | sed -n 's/^host: //p')
# What runs in a container FROM scratch has to be static. It has a target folder of its own, because
# other flags would rebuild everything each time.
STATIC = CARGO_TARGET_DIR="$(TARGET)/static" RUSTFLAGS="-C target-feature=+crt-static" \
	cargo build --target $(HOST)
GENERATOR = $(TARGET)/static/$(HOST)/generator/leo-generator
MINI_GENERATOR = $(TARGET)/static/$(HOST)/debug/mini-generator
# Written last but for its packed files; what it is made from, folders included, so that a file that goes counts too.
CONSOLE = console/app/dist/index.html
CONSOLE_SOURCES = $(shell find console/stream/src console/app/src console/app/public console/app/tools 2>/dev/null) \
	$(wildcard console/stream/*.json console/app/*.json console/app/*.ts console/app/index.html)
CFN_LINT := $(CURDIR)/.leo/venv/bin/cfn-lint
# One of each continent; what a template may use differs between regions.
AWS_REGIONS = us-east-1 us-west-2 eu-central-1 ap-southeast-2 sa-east-1
COMPOSE = $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## installs what is missing on this machine (Debian, Ubuntu), and says what it does
	@scripts/setup

tools: ## builds cargo-deny into .leo/tools (some minutes, once)
	@scripts/setup --deny

build: setup ## builds the workspace
	cargo build --workspace

generator: setup ## builds the static generator that goes into the container image
	$(STATIC) --profile generator --package leo-generator

node-image: generator ## builds the image leo-websocket-node, for apps made with Vite, TypeScript and React
	@scripts/setup --node
	@exec scripts/node-image "$(GENERATOR)"

mini-generator: setup
	$(STATIC) --package mini-generator

mini-generator-path:
	@echo "$(MINI_GENERATOR)"

# Its files are in a release build of the api; a debug build reads them where they lie.
console: setup ## builds the web console into console/app/dist, where that is behind its sources
	@scripts/setup --node
	@$(MAKE) --no-print-directory $(CONSOLE)

$(CONSOLE): console/node_modules/.package-lock.json $(CONSOLE_SOURCES)
	cd console && npm run build --workspace stream && npm run build --workspace app

# A demo ends by itself and is watched in the terminal: it needs no console, so no node and no packages of npm.
demo: setup generator ## one generation, from prompt to app, in a private stack: PROMPT="…" make demo
	cargo build --package leo-cli
	@exec env LEO_GENERATOR="$(GENERATOR)" "$(LEO)" demo $${PROMPT:+"$$PROMPT"}

dev: setup generator console ## the whole product in one process, with its console at http://localhost:5013, until Ctrl-C
	cargo build --package leo-cli
	@exec env LEO_GENERATOR="$(GENERATOR)" "$(LEO)" dev

test: ## installs, builds, checks and tests everything; may run beside `make dev`
	@exec scripts/test

# The tests alone, on what `make test` has built before.
run-tests:
	@exec env LEO_GENERATOR="$(GENERATOR)" LEO_MINI_GENERATOR="$(MINI_GENERATOR)" \
		"$(LEO)" stack exec --ephemeral --docker --generator "$(MINI_GENERATOR)" --image leo-mini-generator \
		-- scripts/test --inside

KILLS ?= 20

kill-test: setup generator mini-generator ## kills workers in the middle of storing, 20 times each way: KILLS=100 make kill-test
	cargo build --workspace
	@exec env LEO_TEST_KILLS=$(KILLS) LEO_GENERATOR="$(GENERATOR)" LEO_MINI_GENERATOR="$(MINI_GENERATOR)" \
		"$(LEO)" stack exec --ephemeral --docker --generator "$(MINI_GENERATOR)" --image leo-mini-generator \
		-- cargo test --workspace --test leo -- torn_uploads

console-test: console ## builds, checks and tests what is in console/ (TypeScript)
	@$(MAKE) --no-print-directory console-api-check
	cd console && npm run check && npm test

OPENAPI = $(TARGET)/openapi.json

console-api: build ## writes the console's types of the API, after a change of the interface
	@scripts/setup --node
	@$(MAKE) --no-print-directory console/node_modules/.package-lock.json
	"$(TARGET)/debug/leo-api" openapi >"$(OPENAPI)"
	node console/contract/generate.mjs "$(OPENAPI)"

console-api-check:
	@if [ -x "$(TARGET)/debug/leo-api" ]; then "$(TARGET)/debug/leo-api" openapi >"$(OPENAPI)" && \
	node console/contract/generate.mjs --check "$(OPENAPI)"; \
	else echo "console-test: NOT checked: the console's types of the API, for want of leo-api (make build)"; fi

# In a real Chromium, against real servers.
IN_BROWSER = env LEO="$(LEO)" CARGO_TARGET_DIR="$(TARGET)" LEO_GENERATOR="$(GENERATOR)" LEO_MINI_GENERATOR="$(MINI_GENERATOR)" \
	scripts/browser

console-browser: build console generator mini-generator ## the tests of the console in a browser: PATTERN="search" make console-browser
	@scripts/setup --browser
	@exec $(IN_BROWSER) test

# The same, on what `make test` has built before.
run-console-browser:
	@exec $(IN_BROWSER) test

screenshots: build console generator mini-generator ## writes docs/screenshots anew
	@scripts/setup --browser
	@exec $(IN_BROWSER) screenshots

console-figures: build console generator mini-generator ## how fast the console is in a browser, as a table (leave the machine alone)
	@scripts/setup --browser
	@exec $(IN_BROWSER) figures

# npm writes this file last.
console/node_modules/.package-lock.json: console/package.json console/*/package.json console/package-lock.json
	cd console && npm ci

bench: ## the benchmarks with their peers beside them (some 25 minutes; leave the machine alone)
	@exec scripts/bench

SECONDS ?= 600

fuzz: ## throws made-up answers at what reads answers of models (10 minutes): SECONDS=60 make fuzz
	@scripts/setup --test
	@exec scripts/fuzz $(SECONDS)

check: setup ## format, lints, docs, dependency rules, the template of AWS, and whether .sqlx is up to date
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --no-deps --document-private-items
	@$(MAKE) --no-print-directory deny infra-check sqlx-check

deny:
	@if command -v cargo-deny >/dev/null; then cargo deny --log-level error check bans licenses sources; \
	else echo "check: NOT checked: the dependency rules of deny.toml, for want of cargo-deny (make tools)"; fi

infra-check: ## validates infra/aws/leo.yaml, for every region that it may be deployed in
	@if [ -x "$(CFN_LINT)" ]; then "$(CFN_LINT)" --regions $(AWS_REGIONS) -- infra/aws/leo.yaml; \
	else echo "check: NOT checked: infra/aws/leo.yaml, for want of cfn-lint (scripts/setup --test)"; fi

advisories: tools ## asks the RustSec database about our dependencies; needs the internet
	cargo deny check advisories

sqlx: setup ## writes .sqlx anew, after a change of a query or of the schema
	@scripts/sqlx

sqlx-check: setup ## fails where .sqlx is behind the queries
	@scripts/sqlx --check

compose-images: ## builds the images of docker-compose.yml
	$(COMPOSE) build

clean: ## removes what was built; .leo (the data of `make dev`) stays
	cargo clean
