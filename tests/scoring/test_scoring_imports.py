"""Importing the room costs little: the slow libraries load only when a model is fitted."""

import subprocess
import sys
from pathlib import Path

import surveyplat.scoring

_PROBE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"surveyplat.scoring.{name}")
slow = {"statsmodels", "pandas", "scipy.stats", "matplotlib"}
print(sorted(slow & set(sys.modules)))
"""


def test_importing_scoring_does_not_load_the_slow_libraries() -> None:
    names = sorted(path.stem for path in Path(surveyplat.scoring.__file__).parent.glob("*.py"))
    assert "regression" in names
    command = [sys.executable, "-c", _PROBE, *(name for name in names if name != "__init__")]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "[]"
