"""What is quick to start stays quick: the slow numerical packages are loaded only by what computes with them."""

import subprocess
import sys

import pytest

SLOW = ("statsmodels", "scipy.stats", "pandas")


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
