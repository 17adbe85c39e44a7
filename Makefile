# Everything a fresh machine needs is Python 3.11+, git and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PAGE := bot/playground/page

.PHONY: install chat playground page page-check payloads screenshots test lint types format bench lock clean

install: $(READY)

$(READY): requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Laurel needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

chat: install  ## talk to Laurel in the terminal; WHO=ID picks who is asking
	$(BIN)/laurel chat $(if $(WHO),--as $(WHO))

playground: install  ## all of Laurel in a browser, without a Slack workspace
	$(BIN)/laurel playground $(if $(PORT),--port $(PORT))

page:  ## build the playground's page anew (Node 20+); what comes of it is committed
	cd $(PAGE) && npm ci --silent && npm run --silent build
	cp $(PAGE)/node_modules/axe-core/axe.min.js tests/browser/axe.min.js

page-check: page  ## the committed page is what its sources make
	git diff --exit-code --stat -- $(PAGE)/built tests/browser/axe.min.js

payloads: install  ## what the stand-in sends and what Laurel posts is as Slack's own types have it (Node 20+)
	test -d $(PAGE)/node_modules/@slack/bolt || (cd $(PAGE) && npm ci --silent)
	$(BIN)/python -m tests.payloads $(PAGE)/build/recorded.ts
	cd $(PAGE) && npx tsc --project truth

screenshots: install  ## the README's pictures, taken from the running playground
	$(BIN)/python -m tests.browser.screenshots

test: install
	$(BIN)/python -m tests.learned
	$(BIN)/pytest --numprocesses auto

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/laurel lint

types: install
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install
	$(BIN)/python -m tests.bench

lock: install  ## hashes for every platform, and no download address
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
