"""What ``surveyplat score`` prints of the comparison with the period before."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from surveyplat.cli.scoring_changes import comparison_remarks, comparison_tables
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.changes import BothWays, Bridge, Decomposition, GroupPart
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.results import Change, MeasureVerdict, PeriodComparison

WORDING = Reason("wording", {}, "kind", {"languages": "en"})
EMPTY = PeriodComparison("2026-Q2", "2026-Q3", "refuse", (WORDING,), 0.05, (), (), (), (), ())
LEVEL = Estimate(800.0, 4.0, 792.0, 808.0, 900, 900.0, 900.0)


def printed(comparison: PeriodComparison) -> str:
    paper = StringIO()
    for table in comparison_tables(comparison):
        Console(width=200, file=paper).print(table)
    return paper.getvalue()


def test_a_refusal_prints_its_reason_and_no_table() -> None:
    assert list(comparison_remarks(EMPTY)) == ["2026-Q3 against 2026-Q2: refuse. The wording changed (English): kind."]
    assert printed(EMPTY) == ""


def test_a_change_is_printed_with_its_split_and_its_warnings() -> None:
    parts = contrast(-12.0, 4.0, 400), contrast(3.0, 4.0, 400), contrast(-15.0, 2.0, 400)
    group = GroupPart("D07", contrast(1.25, 0.5, 90), contrast(-2.5, 0.5, 90), 120, 140)
    change = Change("csi", LEVEL, replace(LEVEL, value=788.0), -12.0, -19.9, -4.1, 0.003, 0.003, True)
    comparison = replace(
        EMPTY,
        verdict="comparable",
        reasons=(),
        indices=(change,),
        warnings=(Reason("response_rate", {"before": 0.3, "after": 0.4, "limit": 0.05}),),
        withheld=(MeasureVerdict("pp100", "bridge", (Reason("items", {}, "glare", {"common": "12"}),), ()),),
        by_dealer=Decomposition("2026-Q2", "2026-Q3", *parts, (group,)),
    )
    rows = [line.split() for line in printed(comparison).splitlines()]
    assert any("csi" in row and "-12.00" in row for row in rows)
    assert any("all" in row and "3.00" in row and "-15.00" in row for row in rows)
    assert any({"D07", "1.25", "-2.50", "120", "140"} <= set(row) for row in rows)
    assert list(comparison_remarks(comparison)) == [
        "2026-Q3 against 2026-Q2: comparable.",
        "pp100 is not compared (bridge): It is made up of other items: glare; 12 are the same in both periods.",
        "To bear in mind: The response rate went from 30% to 40%.",
    ]


def test_a_bridge_prints_both_periods_both_ways() -> None:
    gap = Ratio(9.0, 0.4, 700, 800, 800.0, 700.0, 0.0, False)
    before, after = (BothWays(gap.scaled(0, level), gap.scaled(0, level + 9), gap) for level in (801.0, 807.0))
    bridge = Bridge(before, after, *(contrast(value, 2.0, 900) for value in (15.0, 6.0, 6.0, 6.0, 9.0)))
    text = printed(replace(EMPTY, verdict="bridge", reasons=(Reason("weights"),), bridge=bridge))
    rows = [line.split() for line in text.splitlines()]
    assert any({"before", "801.0", "807.0", "6.00"} <= set(row) for row in rows)
    assert any({"now", "810.0", "816.0", "6.00"} <= set(row) for row in rows)
    assert any({"computing", "9.00"} <= set(row) for row in rows)
