# Every target makes .venv when it is missing or older than the pins: uv when present, else venv + pip.
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
# A third of the tests' time is waiting for delays and servers: one process more than there are cores fills it.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# One order of the tests, so that a failure can be had again; `make test SEED=last` or any number shuffles them anew.
SEED ?= 4234483
# Every file that has a long form, found by what asks for one, so that none is forgotten.
PROOFS = tests/test_fidelity.py tests/test_replay.py \
	$(shell grep -rlE 'mark\.long|proves|--prove' tests --include='test_*.py')

.PHONY: demo test check fix bench prove fast plain clean

demo: $(RUN)
	$(BIN)/kakehashi demo --store $${KAKEHASHI_STORE:-./data}

test: $(DEV) plain
	@./.ci/browser
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --randomly-seed=$(SEED)

check: $(DEV) plain
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kakehashi sources --check

fix: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: fast
	$(BIN)/python -m benchmarks.speed --rivals
	$(BIN)/python -m benchmarks.extraction --systems all --boot 200 --worst 10

# The proofs in their long form; CI runs each in a short one.
prove: $(DEV) plain
	$(BIN)/python -m pytest --prove $(PROOFS)

# The hot modules of the page stage as machine code, beside their sources; edited sources are refused until the next of these two.
fast: $(DEV)
	$(BIN)/python setup.py --quiet build_ext --inplace

plain:
	@rm -f pipelines/*.so pipelines/*.so.sources

$(RUN): pyproject.toml constraints.txt
	@./.ci/venv "$(PYTHON)" .
	@touch $@

$(DEV): pyproject.toml constraints.txt
	@./.ci/venv "$(PYTHON)" '.[dev]'
	@touch $@ $(RUN)

clean: plain
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
