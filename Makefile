# GNU make, 3.81 and later. PYTHON=python3.12 make test takes another Python,
# ADDONS=1 make test TensorFlow 2.15 and tensorflow-addons.
PYTHON ?= python3

ifeq ($(PYTHON),python3)
VENV := .venv
else
VENV := .venv-$(shell $(PYTHON) -c 'import sys; \
  print("python%d.%d" % sys.version_info[:2])')
endif

EXTRAS := test,litert,docs,imagenet,hub,notebooks
ifdef ADDONS
VENV := $(VENV)-addons
EXTRAS := $(EXTRAS),addons
endif

BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUN := runs/demo
MINUTES ?= 2
# make release tries the wheel on these: PYTHONS=python3.9,python3.13
PYTHONS ?=
# File by file: the tests of one share what takes long to make.
TWO_AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test fast cross fuzz check notebooks gallery docs bench \
  bench_quality bench_export release clean

help:
	@echo "make demo    train a small generator and export it to $(RUN)"
	@echo "make test    all tests but those of make cross"
	@echo "make fast    the tests that take seconds"
	@echo "make cross   four replicas against one, everything"
	@echo "make fuzz    odd flags and damaged files, for MINUTES=2"
	@echo "make check   lint, format, types and the wheel"
	@echo "make notebooks  runs them, with the outputs thrown away"
	@echo "make gallery the trained generators as a page, docs/gallery"
	@echo "make docs    the pages, into site/"
	@echo "make bench   speed beside PyTorch's and TensorFlow's own loops"
	@echo "make bench_quality  seconds to a quality, beside the same, in three hours"
	@echo "make bench_export  a generator's files beside ONNX Runtime"
	@echo "make release wheel and source distribution, into dist/"
	@echo "make clean   remove what make, the tests and the tools left"

# Last of all the stamp is touched: what was interrupted is done again.
$(VENV)/.installed: setup.py pyproject.toml
	@$(PYTHON) -c 'import sys; \
	  sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "tfgan_zoo needs Python 3.9 to 3.13, which '$(PYTHON)' is not." \
	    "Name another: PYTHON=python3.12 make ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments." \
	    "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV): minutes, once."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) --editable '.[$(EXTRAS)]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/tfgan-train --output_dir=$(RUN)

test: $(VENV)/.installed
	@$(BIN)/python -m pytest $(TWO_AT_ONCE) -m "not cross"

fast: $(VENV)/.installed
	@$(BIN)/python -m pytest $(TWO_AT_ONCE) -m "not slow and not cross"

cross: $(VENV)/.installed
	@TFGAN_ZOO_TEST_REPLICAS=4 $(BIN)/python -m pytest -n 2 tests/exactness

fuzz: $(VENV)/.installed
	@$(BIN)/python tools/fuzz.py --minutes=$(MINUTES)

check: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy tfgan_zoo tools
	@$(BIN)/python tools/check_wheel.py

notebooks: $(VENV)/.installed
	@$(BIN)/python tools/notebooks.py

gallery: $(VENV)/.installed
	@$(BIN)/tfgan-zoo gallery --output=docs/gallery --overwrite

# mkdocs-material's advertisement is no fault of the pages.
docs: gallery
	@$(BIN)/python tools/settings_page.py > docs/settings.md
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "The pages: site/index.html"

# PyTorch comes for the comparison alone.
.venv-torch/.installed:
	@echo "Installing PyTorch into .venv-torch: minutes, once."
	@$(PYTHON) -m venv .venv-torch
	@.venv-torch/bin/python -m pip install --quiet \
	  --disable-pip-version-check torch==2.13.0 numpy
	@touch $@

bench: $(VENV)/.installed .venv-torch/.installed
	@mkdir -p runs
	@$(BIN)/python benchmarks/compare.py \
	  --torch_python=.venv-torch/bin/python --output=runs/benchmarks.json

bench_quality: $(VENV)/.installed .venv-torch/.installed
	@$(BIN)/python benchmarks/time_to_quality.py \
	  --torch_python=.venv-torch/bin/python

.venv-onnx/.installed:
	@echo "Installing ONNX Runtime into .venv-onnx."
	@$(PYTHON) -m venv .venv-onnx
	@.venv-onnx/bin/python -m pip install --quiet \
	  --disable-pip-version-check onnx onnxruntime ai-edge-litert numpy
	@touch $@

bench_export: $(VENV)/.installed .venv-onnx/.installed
	@$(BIN)/python benchmarks/export_speed.py \
	  --onnx_python=.venv-onnx/bin/python

.venv-release/.installed:
	@$(PYTHON) -m venv .venv-release
	@.venv-release/bin/python -m pip install --quiet \
	  --disable-pip-version-check build packaging twine
	@touch $@

release: .venv-release/.installed
	@.venv-release/bin/python tools/release.py --python=$(PYTHONS)

clean:
	rm -rf .venv .venv-* .build build dist site *.egg-info
	rm -rf .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
