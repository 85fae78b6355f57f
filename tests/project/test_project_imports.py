"""What is quick to start stays quick: the slow numerical packages are loaded only by what computes with them."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = ("statsmodels", "scipy.stats", "pandas")
NEEDLESS_FOR_HELP = ("numpy", "scipy", "polars", "piccolo", "litestar", "granian", "reportlab", "pikepdf")


@pytest.mark.parametrize(
    "statement",
    [
        "import surveyplat.app; surveyplat.app.create_app()",
        "import surveyplat.cli.main as main; main.app(['--help'], standalone_mode=False)",
        "import surveyplat.pipeline, surveyplat.reports.pdf",
        "import surveyplat.scoring.study",
    ],
    ids=["web", "help", "reports", "scoring"],
)
def test_starting_does_not_load_slow_packages(statement, tmp_path):
    shown = f"import sys as s\n{statement}\nprint([name for name in {SLOW} if name in s.modules], file=s.stderr)"
    ran = subprocess.run([sys.executable, "-c", shown], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stderr.strip().splitlines()[-1] == "[]"


def test_help_loads_neither_the_database_nor_what_computes_and_draws():
    shown = f"import sys, surveyplat.cli.main\nprint([name for name in {NEEDLESS_FOR_HELP} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_worker_processes_of_the_command_do_not_load_the_command():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module = scripts["surveyplat"].partition(":")[0]
    shown = f"import sys, {module}\nprint([name for name in ('typer', 'numpy', 'polars') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("chosen", [None, "2"])
def test_the_command_starts_with_one_thread_of_linear_algebra_unless_told_otherwise(chosen):
    variable = "OPENBLAS_NUM_THREADS"
    given = {name: value for name, value in os.environ.items() if name != variable}
    told = given if chosen is None else {**given, variable: chosen}
    shown = (
        "import atexit, os, sys; sys.argv = ['surveyplat', '--version']; from surveyplat.cli.start import run\n"
        f"atexit.register(lambda: print(os.environ[{variable!r}]))\n"
        "run()"
    )
    ran = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True, env=told)
    version, threads = ran.stdout.splitlines()
    assert version.startswith("surveyplat ")
    assert threads == (chosen or "1")
