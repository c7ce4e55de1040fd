# Everything is one call of `python -m analysis …`; this file only sets the environment up and passes options on.
#
# Only what is written on make's command line counts: LANGUAGE is also a setting of the operating system, and a YEAR or
# PLAN that some other program has exported must not decide which report is made.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# A path in Chinese must be read as such under any locale.
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Images of containers often forbid Python to keep what it has compiled; every process of a report would compile the
# package anew, which costs more than a second.
unexport PYTHONDONTWRITEBYTECODE

given = $(if $(findstring command,$(origin $(1))),$($(1)))
quoted = '$(subst ','\'',$(1))'
option = $(if $(call given,$(1)),--$(2) $(call quoted,$(call given,$(1))))

edition := $(call option,PLAN,plan) $(call option,YEAR,year)
language := $(call option,LANGUAGE,language)
python := .venv/bin/python
analysis := $(python) -m analysis

.PHONY: help setup report reports explain test check template doctor notebook whatif lab bench lint clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@printf '%s\n' '' 'Options of report, check and notebook:' \
	  '  PLAN=      an id under data/raw, or a path to a plan folder' \
	  '  YEAR=      the last year whose data may be used (newest with data)' \
	  '  LANGUAGE=  zh or en (zh)' \
	  'Options of report:' \
	  '  FORMATS=   any of html, pdf, docx, with commas (all)' \
	  '  RENDERER=  auto, quarto or embedded (auto)' \
	  '  COMPARE=   the edition to compare with: a year, its folder of processed tables, or none (the year before)' \
	  '  JOBS=      notebooks to run side by side (one more than cores)' \
  '  FRESH=1    make everything anew, whatever earlier runs have kept' \
  '  KERNELS=   warm or plain: forked from a prepared process, or started one by one (warm)' \
	  'Options of reports, besides those of report:' \
  '  PLANS=     ids, plan folders, or folders that hold plan folders' \
  '  SCHEDULER= address of a Dask scheduler, tcp://…, to use a cluster (this machine)' \
  'Options of bench:' \
	  '  PARTS=     any of forecasts, many, cities, report, batch, reading, with commas (all)' \
	  '  SERIES=    so many series of each collection only, for a quick look' \
	  'First use sets everything up in .venv; QUARTO_INSTALL=0 leaves Quarto out, PYTHON= names the Python to use.'

setup: .venv/.ready ## set everything up in .venv (the other targets do it on first use)

report: .venv/.ready ## make the report: HTML, PDF and Word from the raw files
	@$(analysis) report $(edition) $(language) $(call option,FORMATS,formats) $(call option,RENDERER,renderer) $(call option,JOBS,jobs) $(call option,COMPARE,compare) $(call option,KERNELS,kernels) $(if $(filter-out 0,$(call given,FRESH)),--fresh)

reports: .venv/.ready ## many reports and a page that compares the places: PLANS="one two" or a folder of plans; SCHEDULER=
	@$(analysis) reports $(call given,PLANS) $(call option,YEAR,year) $(language) $(call option,FORMATS,formats) $(call option,RENDERER,renderer) $(call option,JOBS,jobs) $(call option,COMPARE,compare) $(call option,KERNELS,kernels) $(call option,SCHEDULER,scheduler) $(if $(filter-out 0,$(call given,FRESH)),--fresh)

explain: .venv/.ready ## say which steps of a report would run and why, without running them
	@$(analysis) explain $(edition) $(language) $(call option,COMPARE,compare)

check: .venv/.ready ## check the raw files only, in seconds
	@$(analysis) check $(edition) $(language)

template: .venv/.ready ## write an empty workbook for bureaus to fill in: if wanted, DEPARTMENT=, REGION=, OUTPUT=
	@$(analysis) template $(if $(call given,PLAN),$(call quoted,$(call given,PLAN))) $(call option,OUTPUT,output) $(call option,DEPARTMENT,department) $(call option,REGION,region) $(language)

doctor: .venv/.ready ## say what is installed, what is missing, and what to do
	@$(analysis) doctor $(language)

notebook: .venv/.ready ## run one indicator's notebook: INDICATOR= and, if wanted, REGION=
	@$(analysis) notebook $(call option,INDICATOR,indicator) $(call option,REGION,region) $(edition) $(language)

whatif: .venv/.ready ## what a target needs: INDICATOR= and, if wanted, REGION=, CHANGE= per year, EXTRA= tonnes
	@$(analysis) whatif $(call option,INDICATOR,indicator) $(call option,REGION,region) $(call option,CHANGE,change) $(call option,EXTRA,extra) $(edition) $(language)

lab: .venv/.ready ## open the notebooks in JupyterLab
	@$(python) -m jupyterlab --notebook-dir=notebooks

bench: .venv/peers/.ready ## forecasts against peers, many series, time and memory: if wanted, PARTS=, SERIES=
	@$(analysis) bench $(call option,PARTS,parts) $(call option,SERIES,series) $(call option,JOBS,jobs) $(call option,PLAN,plan) $(language)

test: .venv/.ready ## run the tests
	@$(python) -m pytest -n 2

lint: .venv/.ready ## check style, types and that notebooks hold no outputs
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@$(python) -m nbstripout --keep-id --verify notebooks/*.ipynb

clean: ## remove everything that was made from the raw files; .venv stays
	@rm -rf data/processed reports/output reports/_build reports/.quarto .cache build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Peers lie beside the packages of the lock, not among them: only the benchmark looks there, and it does without.
.venv/peers/.ready: requirements-bench.txt .venv/.ready
	@rm -rf .venv/peers
	@if $(python) -m pip install --quiet --retries 1 --no-deps --only-binary=:all: --require-hashes --target .venv/peers -r requirements-bench.txt; then \
	  touch .venv/peers/.ready; \
	else \
	  rm -rf .venv/peers; \
	  echo 'The optional peers could not be installed; going on without them. · 可选的同行软件包未能安装，略过这些方法继续。' >&2; \
	fi

# The package is found by a relative path, so that the folder may be renamed, moved or have any characters in its name.
# The mark comes last: a set-up that was interrupted is begun anew.
.venv/.ready: requirements.lock pyproject.toml
	@rm -f .venv/.ready
	@for name in $(if $(call given,PYTHON),$(call quoted,$(call given,PYTHON))) python3.11 python3.12 python3.13 python3 python; do \
	  if "$$name" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found="$$name"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Python 3.11 or newer with its venv module is needed and was not found. Install it (Debian and Ubuntu: python3.11 and python3.11-venv; macOS and Windows: python.org), or name it: make setup PYTHON=/path/to/python3.11' >&2; \
	  echo '需要 Python 3.11 或更高版本（含 venv 模块），但未找到。请先安装，或指明其位置：make setup PYTHON=/path/to/python3.11' >&2; \
	  exit 1; \
	fi; \
	echo "Setting up .venv (once, a few minutes) · 正在准备 .venv（仅首次，需几分钟）"; \
	"$$found" -m venv --clear .venv
	@$(python) -m pip install --quiet --no-deps --only-binary=:all: --require-hashes -r requirements.lock
	@for folder in .venv/lib/python*/site-packages; do echo ../../../../src > "$$folder/analysis.pth"; done
ifneq ($(call given,QUARTO_INSTALL),0)
ifneq ($(QUARTO_INSTALL),0)
	@$(analysis) install-quarto $(language)
endif
endif
	@touch .venv/.ready
