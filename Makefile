# For developers; ./run and ./test need none of this.

.DEFAULT_GOAL := help
.PHONY: help lint types imports lock wheels i18n screenshots bench long

BIN := .venv/bin
LOCALE := server/web/locale
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock"

help: ## print this list
	@sed -n 's/^\([a-z0-9]*\):.* ## /make \1|/p' Makefile | column -t -s '|'

.venv/.installed-test.txt: locks/test.txt
	lock=$<; . scripts/bootstrap.sh

lint: .venv/.installed-test.txt ## style: ruff and its formatter; ShellCheck where it is installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	if command -v shellcheck >/dev/null; then shellcheck -x run test .ci/run .githooks/pre-commit scripts/*.sh; fi

types: .venv/.installed-test.txt ## types: mypy, strict
	$(BIN)/mypy

imports: .venv/.installed-test.txt ## who imports whom: the contracts in pyproject.toml
	$(BIN)/lint-imports

lock: .venv/.installed-test.txt ## write locks/ anew from pyproject.toml; what still fits keeps its version
	$(COMPILE) pyproject.toml -o locks/run.txt
	$(COMPILE) -c locks/run.txt --group pyproject.toml:agent -o locks/agent.txt
	$(COMPILE) -c locks/run.txt --group dev pyproject.toml -o locks/test.txt

wheels: .venv/.installed-test.txt ## show that a 64-bit Raspberry Pi gets wheels for all of locks/agent.txt
	scripts/agent-wheels.sh

i18n: .venv/.installed-test.txt ## collect the Chinese source strings and bring the English catalogue up to date
	mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k say --no-location --sort-output --omit-header -o build/messages.pot .
	$(BIN)/pybabel -q update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap \
	    -i build/messages.pot -d $(LOCALE) -l en

screenshots: .venv/.installed-test.txt ## every page at phone, desktop and kiosk size, into screenshots/
	$(BIN)/python -m scripts.screenshots

bench: .venv/.installed-test.txt ## how fast and how small, beside the floor measured in the same run
	$(BIN)/python -m bench

long: .venv/.installed-test.txt ## the tests that take minutes, with examples that differ each time
	GONGGUAN_HYPOTHESIS=long ./test -m "long or not long" -o faulthandler_timeout=3600
