# Every target makes .venv when it is missing or older than the pins: uv when present, else venv + pip.
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
# A third of the tests' time is waiting for delays and servers: one process more than there are cores fills it.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# One order of the tests, so that a failure can be had again; `make test SEED=last` or any number shuffles them anew.
SEED ?= 4234483
PROOFS := tests/test_kills.py tests/test_full_disk.py tests/test_store_faults.py tests/test_signals.py \
	tests/test_memory.py tests/test_replay.py tests/test_fidelity.py tests/crawler/test_tap.py \
	tests/crawler/test_large_bodies.py tests/crawler/test_flipped_bits.py tests/crawler/test_repairing.py \
	tests/crawler/test_import_command.py tests/crawler/test_backfill_wayback.py tests/crawler/test_backfill_ccnews.py \
	tests/crawler/test_takedown.py tests/test_synthetic_web.py tests/test_process_scale.py tests/test_quarter.py \
	tests/crawler/test_cluster.py tests/crawler/test_cluster_breaks.py \
	tests/test_end_to_end.py tests/crawler/test_addon.py tests/crawler/test_rehearsal.py \
	tests/test_reading_room.py tests/crawler/test_process_templates.py tests/crawler/test_schedule_command.py \
	tests/crawler/test_export_dataset.py tests/test_benchmarks.py tests/test_requisites.py \
	tests/crawler/test_sources_command.py tests/crawler/test_process_command.py tests/crawler/test_h2.py \
	tests/crawler/test_politeness.py tests/crawler/test_conditional.py

.PHONY: demo test check fix bench prove clean

demo: $(RUN)
	$(BIN)/kakehashi demo --store $${KAKEHASHI_STORE:-./data}

test: $(DEV)
	@./.ci/browser
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --randomly-seed=$(SEED)

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kakehashi sources --check

fix: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV)
	$(BIN)/python -m benchmarks.speed --rivals
	$(BIN)/python -m benchmarks.extraction --systems all --boot 200 --worst 10

# The proofs in their long form; CI runs each in a short one.
prove: $(DEV)
	$(BIN)/python -m pytest --prove $(PROOFS)

$(RUN): pyproject.toml constraints.txt
	@./.ci/venv "$(PYTHON)" .
	@touch $@

$(DEV): pyproject.toml constraints.txt
	@./.ci/venv "$(PYTHON)" '.[dev]'
	@touch $@ $(RUN)

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
