# The commands of the project. `make run` and `make test` do all their set-up.
.PHONY: run test faces types postgres web lint engine deny docs soak bench lexicon schema
SHELL := /bin/bash
CARGO ?= cargo
PROGRAM := $(or $(CARGO_TARGET_DIR),target)/release/guichet
TOOLS := target/tools

# Without Node the program serves its plain pages.
run:
	@if command -v npm > /dev/null; then $(MAKE) --no-print-directory faces; else echo "npm is missing: the plain pages are served"; fi
	@$(CARGO) build --release --quiet
	@exec $(PROGRAM) serve --rules rules

test: faces lint engine postgres
	$(CARGO) test --release --all-targets --features server
	$(CARGO) test --release --doc
	@# The day of the last commit: the same commit passes or fails on any day, and an overdue review stops the next one.
	$(CARGO) run --release --quiet -- check --rules rules --today $$(git log -1 --format=%cs 2> /dev/null || date +%F)
	$(CARGO) run --release --quiet -- test --rules rules --report
	@$(MAKE) --no-print-directory web
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --no-deps --quiet
	@$(MAKE) --no-print-directory deny

# The faces, embedded by the next build (Node 20 or later).
faces: web/dist/console.js
web/dist/console.js: web/node_modules web/build.mjs $(shell find web/src web/pages -type f ! -name schema.d.ts)
	cd web && npm run --silent build

web/node_modules: web/package-lock.json
	cd web && npm ci --silent && touch node_modules

# The faces against the API as it is: the types of the client are made from the program's own document.
types: faces
	$(CARGO) build --release --quiet
	$(PROGRAM) schema --openapi > web/openapi.json
	cd web && npx openapi-typescript openapi.json --default-non-nullable=false -o src/api/schema.d.ts > /dev/null && npm run --silent check

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --release --all-targets --quiet -- -D warnings

# The engine stands without the server.
engine:
	$(CARGO) check --release --no-default-features --lib --quiet
	@if $(CARGO) tree --no-default-features -e normal --prefix none | grep -E '^(tokio|axum|rusqlite) '; then echo "the engine pulls in the server"; exit 1; fi

# The stories of the store run on a real PostgreSQL too, which is installed when missing (Debian).
postgres:
	@command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql > /dev/null) || { echo "no PostgreSQL: install Debian's postgresql, or put its initdb in the PATH"; exit 1; }

# The journeys in a real browser, which is installed when missing (Debian). CHROMIUM names another one.
CHROMIUM ?= /usr/bin/chromium
web: types tests/web/node_modules
	@test -x $(CHROMIUM) || (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null) || { echo "no browser: install Debian's chromium, or name one with CHROMIUM=…"; exit 1; }
	cd tests/web && CHROMIUM=$(CHROMIUM) node --test --test-concurrency=1

tests/web/node_modules: tests/web/package-lock.json
	cd tests/web && npm ci --silent && touch node_modules

# Licences, sources and duplicate crates. Advisories need the public advisory database: `make advisories`.
deny: $(TOOLS)/bin/cargo-deny
	$(TOOLS)/bin/cargo-deny --log-level error check licenses bans sources

.PHONY: advisories
advisories: $(TOOLS)/bin/cargo-deny
	$(TOOLS)/bin/cargo-deny check advisories

$(TOOLS)/bin/cargo-deny:
	@mkdir -p $(TOOLS)
	$(CARGO) install cargo-deny --locked --root $(TOOLS)

bench:
	$(CARGO) bench

# Long proofs: the desk in a hundred thousand storms, 200 kills on each database and 200 power cuts (root: it mounts a disk), a million mutated rule files laid out, then an hour of fuzzing in all. Results are kept in docs/measures/.
soak: postgres
	GUICHET_SEEDS=100000 $(CARGO) test --release --test simulator
	GUICHET_KILLS=200 GUICHET_CUTS=200 $(CARGO) test --release --test kill -- --include-ignored --nocapture --test-threads 1
	PROPTEST_CASES=1000000 $(CARGO) test --release --test layout
	fuzz/soak 1200

schema:
	$(CARGO) run --release --quiet -- schema --out docs/schema

# Needs Debian's hunspell-fr-classical.
lexicon:
	python3 data/lexicon/unfold.py /usr/share/hunspell/fr.dic /usr/share/hunspell/fr.aff > target/fr.txt
	$(CARGO) run --release --example lexicon < target/fr.txt > target/fr.fst
	mv target/fr.fst data/lexicon/fr.fst
