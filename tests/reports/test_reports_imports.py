"""A report is drawn from its bundle alone: neither what computes scores nor what keeps them is loaded for it."""

import subprocess
import sys
from pathlib import Path

import pytest
from comparing_examples import comparable
from dealer_examples import dealer_source
from measures_examples import measured_bundle, parts_bundle
from sheets_examples import sheet

from surveyplat.dealer_bundles import dealer_bundle
from surveyplat.reports.bundle import Bundle, canonical_json

_NEEDLESS = ("numpy", "scipy", "polars", "pandas", "piccolo", "cryptography", "asyncio", "litestar", "typer")
_PROGRAM = f"""
import pathlib, sys
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
report = make_report(bundle_from_json(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
print(report[:5], [name for name in {_NEEDLESS} if name in sys.modules])
"""


@pytest.mark.parametrize(
    "bundle",
    [measured_bundle(), parts_bundle(), dealer_bundle(dealer_source(), "D07"), comparable(), sheet()],
    ids=["study", "study of problems", "dealer", "comparison", "sheet"],
)
def test_a_report_is_drawn_without_what_it_does_not_need(bundle: Bundle, tmp_path: Path) -> None:
    given = tmp_path / "bundle.json"
    given.write_text(canonical_json(bundle), encoding="utf-8")
    ran = subprocess.run([sys.executable, "-c", _PROGRAM, str(given)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "b'%PDF-' []"
