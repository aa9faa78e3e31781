# make lab: the lab in your browser.  make test: everything that CI runs.
# Variables: PYTHON=python3.12 chooses a Python, ARGS=… goes to JupyterLab or pytest.
PY := .venv/bin/python
ARGS :=
unexport PYTHONDONTWRITEBYTECODE # .venv comes without bytecode; whoever imports first writes it

.PHONY: lab test lint names notebooks handout class sheet slides images weights experiments bench pins clean

lab: .venv/lab.ready
	OMP_NUM_THREADS=1 $(PY) -m jupyter lab --ServerApp.root_dir=. \
	  --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb \
	  --LabApp.extension_manager=readonly --LabApp.news_url= \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate $(ARGS)

test: .venv/test.ready lint
	OMP_NUM_THREADS=1 $(PY) -m pytest tests notebooks --nbval --nbval-current-env \
	  --nbval-sanitize-with tests/notebooks/compared.cfg --nbval-cell-timeout 600 -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/test.ready
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/oxlint --quiet lstm_lab tools/handout

names: .venv/test.ready
	$(PY) -m tools.names

notebooks: .venv/test.ready
	$(PY) -m tools.notebooks $(ARGS)

handout: .venv/test.ready
	OMP_NUM_THREADS=1 $(PY) -m tools.handout

class: .venv/test.ready
	$(PY) -m tools.class_copies

sheet: .venv/test.ready
	$(PY) -m tools.sheet

slides: .venv/test.ready
	OMP_NUM_THREADS=1 $(PY) -m tools.slides

images: .venv/test.ready
	$(PY) -m tools.images

weights: .venv/test.ready
	$(PY) -m tools.train

experiments: .venv/test.ready
	$(PY) -m tools.experiments $(ARGS)

bench: .venv/test.ready
	OMP_NUM_THREADS=1 $(PY) -m benchmarks $(ARGS)

pins: .venv/test.ready
	$(PY) -m tools.pins

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis screenshots handout build dist

.venv/%.ready: pyproject.toml constraints.txt tools/setup
	@tools/setup $*
