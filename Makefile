# Touchpoints: `make help` lists what can be run. A fresh machine needs Python 3.11 or newer and make, no more.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m touchpoints
TEST_FOLDER := target/test_build
PYTHON_FOLDERS := .ci $(wildcard touchpoints ingest demo explorer bi python_tests benchmarks)
SQL_FOLDERS := $(wildcard models tests analyses)

# The tests are the project's own: a dataset set in the shell does not change them (threads and memory do).
SAMPLE_ONLY = env $(foreach name,$(filter-out TOUCHPOINT_THREADS TOUCHPOINT_MEMORY,\
	$(filter TOUCHPOINT_%,$(.VARIABLES))),-u $(name))

LOCK_STYLE = --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	--no-emit-find-links --no-strip-extras --quiet $(LOCK_ARGS)

# make hands variables of its command line on: `make build TOUCHPOINT_RAW_ROOT=exports TOUCHPOINT_CURRENCY=USD`.
.DEFAULT_GOAL := help
.PHONY: help build publish diff load build-postgres grant-postgres load-spark build-spark test test-build test-slow test-properties test-scenarios test-postgres test-spark lint format doctor trace \
	explain purge export-actions benchmark-recommendations docs demo benchmark benchmark-sessions benchmark-all benchmark-components benchmark-explorer lock clean match test-matching benchmark-matching benchmark-links \
	lock-matching lock-postgres lock-spark lock-attribution benchmark-contribution train test-training benchmark-texts \
	lock-training explorer site digest test-explorer lock-explorer ingest test-ingest lock-ingest \
	serve-postgres superset test-bi lock-bi metrics test-semantic lock-semantic notify test-notify lock-notify refresh test-faults sbom audit

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: .venv/.installed ## build the dataset, test it, publish it and say what came out (DBT_ARGS="…" for dbt)
	@$(RUN) build --publish -- $(DBT_ARGS)

publish: .venv/.installed ## publish what the last full build made (ROLE=… for what a role of the seed access_roles may read)
	@$(RUN) publish $(if $(ROLE),--role $(ROLE))

diff: .venv/.installed ## what the last two publications do not have alike, and through what (BEFORE=run AFTER=run)
	@$(RUN) diff $(if $(BEFORE),--before "$(BEFORE)") $(if $(AFTER),--after "$(AFTER)")

load: .venv-postgres/.installed ## copy landed files into the PostgreSQL server of TOUCHPOINT_POSTGRES_…
	@TOUCHPOINT_TARGET=postgres .venv-postgres/bin/python -m touchpoints load

build-postgres: .venv-postgres/.installed ## build and test on the PostgreSQL server of TOUCHPOINT_POSTGRES_… (DBT_ARGS="…")
	@TOUCHPOINT_TARGET=postgres .venv-postgres/bin/python -m touchpoints build -- $(DBT_ARGS)

grant-postgres: .venv-postgres/.installed ## after each build there: give roles of the seed access_roles their views (TOUCHPOINT_MARTS_SCHEMA=marts)
	@TOUCHPOINT_TARGET=postgres .venv-postgres/bin/python -m touchpoints grant

load-spark: .venv-spark/.installed ## write landed files as Parquet (TOUCHPOINT_SPARK_RAW) and make tables of them on Spark
	@TOUCHPOINT_TARGET=spark .venv-spark/bin/python -m touchpoints load
	@TOUCHPOINT_TARGET=spark .venv-spark/bin/dbt --quiet run-operation register_landed_files \
		--args "$$(cat $(or $(TOUCHPOINT_SPARK_RAW),spark_raw)/register.json)"

build-spark: .venv-spark/.installed ## build and test on the Spark server of TOUCHPOINT_SPARK_… (DBT_ARGS="…")
	@TOUCHPOINT_TARGET=spark .venv-spark/bin/python -m touchpoints build -- $(DBT_ARGS)

serve-postgres: .venv-postgres/.installed ## put what is published into the PostgreSQL server of TOUCHPOINT_POSTGRES_…, for BI tools (ROLE=…)
	@TOUCHPOINT_TARGET=duckdb .venv-postgres/bin/python -m touchpoints serve $(if $(ROLE),--role $(ROLE))

# json:// and jsons:// need no apprise
BY_APPRISE = $(filter-out json://% jsons://%,$(value TOUCHPOINT_NOTIFY_URLS))
refresh: .venv/.installed $(if $(TOUCHPOINT_INGEST),.venv-ingest/.installed) $(if $(BY_APPRISE),.venv-notify/.installed) ## ingest, build, test, publish, notify; for cron (DBT_ARGS="…" for dbt)
	@$(RUN) refresh -- $(DBT_ARGS)

doctor: .venv/.installed ## look at a dataset before anything is built (TOUCHPOINT_RAW_ROOT=…)
	@$(RUN) doctor

trace: .venv/.installed ## file and line of a record or touchpoint (ID=…, TRACE_ARGS=--show)
	@$(RUN) trace $(TRACE_ARGS) $(ID)

explain: .venv/.installed ## why two identifiers are one person, or not (ONE=phone:13912345678 OTHER=member_no:M1)
	@$(RUN) explain "$(ONE)" "$(OTHER)"

purge: .venv/.installed ## after a build: remove what it erased on request from landed files and copies
	@$(RUN) purge

export-actions: .venv/.installed ## actions or an audience for systems that execute (EXPORT_ARGS="--role campaign_system --channel sms")
	@$(RUN) export-actions $(EXPORT_ARGS)

test: .venv/.installed ## lint, build the sample with every test, run what pytest has but for the slow
	@$(MAKE) --no-print-directory -j 2 lint test-build
	@$(SAMPLE_ONLY) TOUCHPOINT_TEST_BUILD=$(TEST_FOLDER) $(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

test-build: .venv/.installed
	@rm -rf $(TEST_FOLDER) && mkdir -p $(TEST_FOLDER)
	@$(SAMPLE_ONLY) TOUCHPOINT_DATABASE=$(TEST_FOLDER)/touchpoints.duckdb \
		TOUCHPOINT_PUBLISH_DIR=$(TEST_FOLDER)/published TOUCHPOINT_VAULT_KEY=$(TEST_FOLDER)/vault/identity.key \
		DBT_TARGET_PATH=$(TEST_FOLDER)/target DBT_LOG_PATH=$(TEST_FOLDER)/logs $(RUN) build --publish --unit-tests

test-slow: .venv/.installed ## the tests that build datasets of their own: canaries, erasure, retention, real datasets, kills, samples of other industries
	@$(SAMPLE_ONLY) $(BIN)/python -m pytest -m slow --numprocesses 2 --dist loadfile $(PYTEST_ARGS)

test-properties: .venv/.installed ## play random sequences of batches over the whole project (SEQUENCES=100)
	@$(SAMPLE_ONLY) TOUCHPOINT_SEQUENCES=$(or $(SEQUENCES),100) $(BIN)/python -m pytest -k "a_random or of_random" \
		python_tests/test_components.py python_tests/test_incremental.py $(PYTEST_ARGS)

test-faults: .venv/.installed .venv-ingest-dev/.installed ## kill ingest, builds and publishing at random moments (RUNS=50); mutated records (MUTATIONS=1000), ten times a day's volume
	@$(SAMPLE_ONLY) TOUCHPOINT_MUTATIONS=$(or $(MUTATIONS),1000) $(BIN)/python -m pytest \
		python_tests/lanes/test_mutations.py python_tests/lanes/test_volume.py $(PYTEST_ARGS)
	@$(SAMPLE_ONLY) TOUCHPOINT_FAULT_RUNS=$(or $(RUNS),50) $(BIN)/python -m pytest python_tests/test_faults.py $(PYTEST_ARGS)
	@$(SAMPLE_ONLY) TOUCHPOINT_FAULT_RUNS=$(or $(RUNS),50) .venv-ingest-dev/bin/python -m pytest \
		python_tests/ingest/test_kills.py $(PYTEST_ARGS)

test-scenarios: .venv/.installed ## find again, in marts of fresh datasets, what they plant; null twins stay silent (SEEDS="1 2 3")
	@$(SAMPLE_ONLY) TOUCHPOINT_SCENARIO_SEEDS="$(or $(SEEDS),1 2 3)" $(BIN)/python -m pytest \
		python_tests/test_scenarios.py $(PYTEST_ARGS)

test-postgres: .venv-postgres/.installed ## start a PostgreSQL server, build there with every test, compare with DuckDB
	@$(SAMPLE_ONLY) .venv-postgres/bin/python -m pytest python_tests/lanes/test_postgres.py \
		python_tests/lanes/test_grants.py python_tests/lanes/test_serve.py $(PYTEST_ARGS)

test-spark: .venv-spark/.installed ## start a Spark cluster, build there with every test, compare with DuckDB
	@$(SAMPLE_ONLY) .venv-spark/bin/python -m pytest python_tests/lanes/test_spark.py $(PYTEST_ARGS)

lint: .venv/.installed ## check the style of SQL and Python
	@$(BIN)/ruff check --quiet $(PYTHON_FOLDERS)
	@$(BIN)/ruff format --check --quiet $(PYTHON_FOLDERS)
	@$(BIN)/python .ci/lint_sql.py lint --processes 2 $(SQL_FOLDERS)

format: .venv/.installed ## put Python into the house style and repair what SQL style can be repaired
	@$(BIN)/ruff check --fix --quiet $(PYTHON_FOLDERS)
	@$(BIN)/ruff format --quiet $(PYTHON_FOLDERS)
	@$(BIN)/python .ci/lint_sql.py fix --processes 2 $(SQL_FOLDERS)

docs: .venv/.installed ## write the data catalogue as one page, target/static_index.html
	@$(BIN)/dbt docs generate --static
	@echo "The catalogue: target/static_index.html"

demo: .venv/.installed ## make demonstration data (DEMO_ARGS="--people 20000 --seed 1 --out data/demo")
	@$(BIN)/python -m demo.generate --industry $(or $(TOUCHPOINT_INDUSTRY),retail) $(DEMO_ARGS)

benchmark: .venv/.installed ## measure speed, memory and growth (BENCHMARK_ARGS=…)
	@$(BIN)/python -m benchmarks $(BENCHMARK_ARGS)

benchmark-sessions: .venv/.installed ## measure sessions beside pandas, on what `make benchmark` built (BENCHMARK_ARGS=…)
	@$(BIN)/python -m benchmarks.sessions $(BENCHMARK_ARGS)

benchmark-all: ## build, sessions, components and contribution, each beside its peers, in one run
	@$(MAKE) --no-print-directory benchmark
	@$(MAKE) --no-print-directory benchmark-sessions
	@$(MAKE) --no-print-directory benchmark-components
	@$(MAKE) --no-print-directory benchmark-contribution

benchmark-components: .venv-matching-dev/.installed ## measure the components of identity beside splink and scipy (BENCHMARK_ARGS=…)
	@.venv-matching-dev/bin/python -m benchmarks.components $(BENCHMARK_ARGS)

benchmark-contribution: .venv/.installed .venv-attribution-dev/.installed ## measure contribution beside ChannelAttribution (BENCHMARK_ARGS=…)
	@$(BIN)/python -m benchmarks.contribution $(BENCHMARK_ARGS)

benchmark-recommendations: .venv/.installed ## measure recommendations on weeks held out, beside the most popular (BENCHMARK_ARGS=…)
	@$(BIN)/python -m benchmarks.recommendations $(BENCHMARK_ARGS)

benchmark-explorer: .venv-explorer-dev/.installed ## measure each page of the explorer and its filters in a browser (BENCHMARK_ARGS=…)
	@.venv-explorer-dev/bin/python python_tests/install_browser.py
	@.venv-explorer-dev/bin/python -m benchmarks.explorer $(BENCHMARK_ARGS)

benchmark-links: .venv/.installed ## measure the identity when links arrive on top of many (BENCHMARK_ARGS=…)
	@$(BIN)/python -m benchmarks.links $(BENCHMARK_ARGS)

match: .venv-matching/.installed ## propose links between contacts that share no identifier (MATCH_ARGS="--threshold 0.9")
	@.venv-matching/bin/python -m touchpoints match $(MATCH_ARGS)

test-matching: .venv-matching-dev/.installed ## run the tests of the matching with splink and labelled sets
	@.venv-matching-dev/bin/python -m pytest python_tests/test_matching.py $(PYTEST_ARGS)

benchmark-matching: .venv-matching-dev/.installed ## measure the matching on labelled sets (BENCHMARK_ARGS=…)
	@.venv-matching-dev/bin/python -m benchmarks.matching $(BENCHMARK_ARGS)

ingest: .venv-ingest/.installed ## land what is new from exports, databases, APIs and streams of TOUCHPOINT_INGEST (INGEST_ARGS=…)
	@.venv-ingest/bin/python -m ingest $(INGEST_ARGS)

test-ingest: .venv-ingest-dev/.installed ## run the tests of the ingest: formats, hostile input, kills, real servers (WITHOUT_MARIADB=1)
	@$(SAMPLE_ONLY) $(if $(WITHOUT_MARIADB),TOUCHPOINT_WITHOUT_MARIADB=1) .venv-ingest-dev/bin/python -m pytest \
		python_tests/ingest $(PYTEST_ARGS)

train: .venv-training/.installed ## learn sentiment and words from the rated texts of the last build; the next one uses them
	@.venv-training/bin/python -m touchpoints train

test-training: .venv-training-dev/.installed ## run the tests of texts with the tokenizer
	@$(SAMPLE_ONLY) .venv-training-dev/bin/python -m pytest python_tests/test_texts.py $(PYTEST_ARGS)

benchmark-texts: .venv-training-dev/.installed ## measure accuracy beside snownlp, and texts scored a minute (BENCHMARK_ARGS=…)
	@.venv-training-dev/bin/python -m benchmarks.texts $(BENCHMARK_ARGS)

explorer: .venv-explorer/.installed ## show what is published in a browser, on this machine (PORT=8501)
	@.venv-explorer/bin/python -m explorer.server --server.port $(or $(PORT),8501)

site: .venv-explorer/.installed ## write the same charts as a folder of HTML, target/site (SITE_ARGS="--out folder")
	@.venv-explorer/bin/python -m explorer.site $(SITE_ARGS)

digest: .venv-explorer/.installed ## write what changed in a month as one page to print, target/digest (DIGEST_ARGS="--month 2025-06")
	@.venv-explorer/bin/python -m explorer.digest $(DIGEST_ARGS)

test-explorer: .venv-explorer-dev/.installed ## test the explorer and the site, also in a real browser (Debian's chromium)
	@.venv-explorer-dev/bin/python python_tests/install_browser.py
	@$(SAMPLE_ONLY) TOUCHPOINT_TEST_BUILD=$(TOUCHPOINT_TEST_BUILD) .venv-explorer-dev/bin/python -m pytest \
		python_tests/explorer $(PYTEST_ARGS)

superset: .venv-bi/.installed ## start Apache Superset with a dashboard on what is published, on this machine (PORT=8088)
	@.venv-bi/bin/python -m bi.start --port $(or $(PORT),8088)

test-bi: .venv/.installed .venv-bi/.installed .venv-semantic/.installed ## start Superset, hold its charts against the marts and `mf query`, look at them in a browser
	@.venv-bi/bin/python python_tests/install_browser.py
	@rm -rf target/test_bi && mkdir -p target/test_bi
	@$(SAMPLE_ONLY) TOUCHPOINT_DATABASE=target/test_bi/touchpoints.duckdb \
		TOUCHPOINT_PUBLISH_DIR=target/test_bi/published TOUCHPOINT_VAULT_KEY=target/test_bi/vault/identity.key \
		DBT_TARGET_PATH=target/test_bi/target DBT_LOG_PATH=target/test_bi/logs $(RUN) build --publish
	@$(SAMPLE_ONLY) TOUCHPOINT_TEST_BUILD=target/test_bi .venv-bi/bin/python -m pytest python_tests/bi $(PYTEST_ARGS)

notify: .venv-notify/.installed ## tell of new and changed alerts (TOUCHPOINT_NOTIFY_URLS; shows only, NOTIFY_ARGS=--send delivers)
	@.venv-notify/bin/python -m touchpoints notify $(NOTIFY_ARGS)

test-notify: .venv-notify-dev/.installed ## run the tests of the delivery with apprise
	@$(SAMPLE_ONLY) .venv-notify-dev/bin/python -m pytest python_tests/test_notify.py \
		python_tests/lanes/test_notify_apprise.py $(PYTEST_ARGS)

lock: .venv/.installed ## write requirements.lock anew from pyproject.toml
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra dev --extra demo \
		$(LOCK_STYLE) --output-file requirements.lock

# The matching's locks follow requirements.lock; with the labelled sets only in DuckDB, as they need an older pandas.
lock-matching: .venv/.installed ## write requirements-matching.lock and requirements-matching-dev.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra matching --constraint requirements.lock \
		$(LOCK_STYLE) --output-file requirements-matching.lock
	@grep -o '^duckdb==[0-9.]*' requirements.lock > .bootstrap/duckdb.txt
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra matching --group matching-dev \
		--constraint .bootstrap/duckdb.txt \
		$(LOCK_STYLE) --output-file requirements-matching-dev.lock

# requirements-attribution.lock is one wheel, of which tests read a data file; it is written by hand.
lock-attribution: .venv/.installed ## write requirements-attribution-dev.lock anew
	@grep -o '^duckdb==[0-9.]*' requirements.lock > .bootstrap/duckdb.txt
	@.bootstrap/bin/python -m uv pip compile --group attribution-dev \
		--constraint .bootstrap/duckdb.txt $(LOCK_STYLE) --output-file requirements-attribution-dev.lock

metrics: .venv-semantic/.installed ## ask the semantic layer of the last build (QUERY="--metrics csat --group-by touchpoint_type")
	@.venv-semantic/bin/dbt --quiet parse --target-path target
	@TOUCHPOINT_ACCESS_MODE=read_only .venv-semantic/bin/mf query $(QUERY)

test-semantic: .venv-semantic-dev/.installed ## build the sample, hold metrics of the semantic layer against its marts
	@$(SAMPLE_ONLY) .venv-semantic-dev/bin/python -m pytest python_tests/semantic $(PYTEST_ARGS)

lock-semantic: .venv/.installed ## write requirements-semantic.lock and requirements-semantic-dev.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra semantic --constraint requirements.lock \
		$(LOCK_STYLE) --output-file requirements-semantic.lock
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra semantic --group semantic-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-semantic-dev.lock

lock-training: .venv/.installed ## write requirements-training.lock and requirements-training-dev.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra training --constraint requirements.lock \
		$(LOCK_STYLE) --output-file requirements-training.lock
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra training --group training-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-training-dev.lock

lock-explorer: .venv/.installed ## write requirements-explorer.lock and requirements-explorer-dev.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra explorer --constraint requirements.lock \
		$(LOCK_STYLE) --output-file requirements-explorer.lock
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra explorer --group explorer-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-explorer-dev.lock

lock-ingest: .venv/.installed ## write requirements-ingest.lock and requirements-ingest-dev.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra ingest --constraint requirements.lock \
		$(LOCK_STYLE) --output-file requirements-ingest.lock
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra ingest --group ingest-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-ingest-dev.lock

lock-notify: .venv/.installed ## write requirements-notify.lock and requirements-notify-dev.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra notify --constraint requirements.lock \
		$(LOCK_STYLE) --output-file requirements-notify.lock
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra notify --group notify-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-notify-dev.lock

# Superset pins an older pandas and numpy, so this lock stands by itself.
lock-bi: .venv/.installed ## write requirements-bi.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra bi --group bi-dev \
		$(LOCK_STYLE) --output-file requirements-bi.lock

lock-postgres: .venv/.installed ## write requirements-postgres.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra postgres --group postgres-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-postgres.lock

lock-spark: .venv/.installed ## write requirements-spark.lock anew
	@.bootstrap/bin/python -m uv pip compile pyproject.toml --extra spark --group spark-dev \
		--constraint requirements.lock $(LOCK_STYLE) --output-file requirements-spark.lock

sbom: .venv/.installed ## write the software bill of materials, target/sbom.json (CycloneDX, from the lock files)
	@$(BIN)/python -m touchpoints.bill

audit: .venv/.installed ## look at all locks: pins, hashes, licences; known flaws by TOUCHPOINT_ADVISORIES (OSV, a folder or zip)
	@$(BIN)/python -m touchpoints.audit

clean: ## remove what was built (the environment, the vault's key and what is published stay)
	@rm -rf target logs touchpoints.duckdb touchpoints.duckdb.wal touchpoints.duckdb.tmp \
		touchpoints.duckdb.stamp.json .pytest_cache .ruff_cache .hypothesis

.venv/.installed: requirements.lock requirements-bootstrap.lock touchpoints/bootstrap.py
	@$(PYTHON) touchpoints/bootstrap.py
	@touch $@

.venv-matching/.installed .venv-matching-dev/.installed .venv-postgres/.installed .venv-spark/.installed \
		.venv-attribution-dev/.installed .venv-training/.installed .venv-training-dev/.installed \
		.venv-explorer/.installed .venv-explorer-dev/.installed \
		.venv-ingest/.installed .venv-ingest-dev/.installed \
		.venv-semantic/.installed .venv-semantic-dev/.installed \
		.venv-notify/.installed .venv-notify-dev/.installed .venv-bi/.installed: \
		.venv%/.installed: requirements%.lock \
		requirements-bootstrap.lock touchpoints/bootstrap.py
	@$(PYTHON) touchpoints/bootstrap.py .venv$* requirements$*.lock
	@touch $@
