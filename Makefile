# The menu of this repository. Every target sets up what it needs in $(VENV) and is
# quick the second time: a stamp file remembers what was installed, and from which lists.

VENV ?= .venv

# Names such as python3.12 may exist and still not run, so each candidate is tried.
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.10 python; do \
	if $$python -c '$(USABLE)' >/dev/null 2>&1; then command -v $$python; break; fi; done)

BIN := $(VENV)/bin
LISTS := requirements.txt constraints.txt pyproject.toml
# Compiling every module of torch at once takes longer than compiling the few that are used.
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check \
	--constraint constraints.txt

# Where this is set, as in many containers, each import compiles its modules anew: 20 s for those of a
# notebook. Empty counts as not set.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := menu
.PHONY: menu run test lab grade build build-check messages chapters tutor bench

menu: ## show this menu
	@echo "Usage: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '  %-12s %s\n' "$$name" "$$text"; done

run: $(VENV)/.learner ## make both of the course's datasets, train a model on them, and a report
	@$(BIN)/python -m helpers

test: $(VENV)/.test ## run all tests
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

lab: $(VENV)/.lab ## open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir=. notebooks/instruction_sft_dataset.ipynb

build: $(VENV)/.authoring ## derive notebooks, solutions, pages and messages in all languages from authoring/
	@$(BIN)/python -m authoring.build

build-check: $(VENV)/.authoring ## fail when what was derived differs from its source
	@$(BIN)/python -m authoring.build --check

messages: $(VENV)/.authoring ## bring the translations' catalogues up to date (MINOR=1, or NEW=fr)
	@$(BIN)/python -m authoring.catalogues $(if $(MINOR),--minor) $(if $(NEW),--new $(NEW))

chapters: $(VENV)/.authoring ## run the code of docs/ and write its outputs below it, draw its pictures
	@$(BIN)/python -m authoring.chapters
	@$(BIN)/python -m authoring.gallery
	@$(BIN)/python -m authoring.build

tutor: $(VENV)/.authoring ## train and measure the tutor models again, from a seed (hours on a CPU)
	@OMP_NUM_THREADS=1 $(BIN)/torchrun --standalone --nproc-per-node 2 --local-ranks-filter 0 -m authoring.tutor.train
	@rm -f .cache/tutor/figures.json
	-@$(BIN)/python -m authoring.tutor.evaluate --json .cache/tutor/figures.json
	@$(BIN)/python -m authoring.tutor.card .cache/tutor/figures.json

grade: $(VENV)/.grading ## grade notebooks that were handed in (SUBMISSIONS=folder, OUT=report)
	@$(BIN)/python -m helpers.grading $(SUBMISSIONS) $(if $(OUT),--out $(OUT))

bench: $(VENV)/.test ## print the benchmark tables: generation against stock, imports, checks, make run
	@$(BIN)/python -m benchmarks

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.10 to 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi
	@"$(PYTHON)" -c '$(USABLE)' || { \
		echo "$(PYTHON) is not a Python 3.10 to 3.13 that can make virtual environments." >&2; \
		exit 1; \
	}
	@echo "Setting up $(VENV) with $(PYTHON) (once)"
	@"$(PYTHON)" -m venv $(VENV)
	@# A pip of today takes half the time of the one that comes with Python 3.10 or 3.11.
	@$@ -m pip install --quiet --disable-pip-version-check --upgrade pip || echo "Going on with pip as it is"

# What a stamp stands for. Each holds what a learner needs, too, so that pip solves them at once.
NEEDS.learner := what a learner needs
NEEDS.lab := JupyterLab
NEEDS.grading := what graders need
NEEDS.authoring := what authors need
NEEDS.test := what the tests need
STAMPS := $(addprefix $(VENV)/,.learner .lab .grading .authoring .test)
$(VENV)/.lab $(VENV)/.grading $(VENV)/.authoring $(VENV)/.test: EXTRA = [$(subst .,,$(notdir $@))]

$(STAMPS): $(LISTS) | $(BIN)/python
	@echo "Installing $(NEEDS$(notdir $@)) (once, one to three minutes)"
	@$(INSTALL) --editable '.$(EXTRA)'
	@touch $(VENV)/.learner $@
