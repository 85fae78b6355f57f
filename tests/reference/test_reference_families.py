"""Adjusted p values beside R's p.adjust, on the fifteen tests of Benjamini and Hochberg's own example (1995, 3.2)."""

from pathlib import Path

from reference_cases import load_case

from surveyplat.scoring.families import adjusted_within, benjamini_hochberg, holm

P_VALUES = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324]
P_VALUES += [0.4262, 0.5719, 0.6528, 0.759, 1.0]
SHUFFLED = [4, 0, 14, 9, 2, 7, 11, 1, 13, 3, 5, 12, 8, 6, 10]


def test_false_discovery_rate_is_p_adjust_bh(reference_data: Path) -> None:
    case = load_case(reference_data, "M1")
    adjusted = benjamini_hochberg(P_VALUES)
    assert case.agrees("BH", adjusted)
    assert case.agrees("BH_rejects", sum(p <= 0.05 for p in adjusted))


def test_holm_is_p_adjust_holm(reference_data: Path) -> None:
    """p.adjust(p, "holm"): the fourth smallest times 12."""
    case = load_case(reference_data, "M1")
    adjusted = holm(P_VALUES)
    assert case.agrees("holm4", adjusted[3])
    assert case.agrees("bonf_rejects", sum(p <= 0.05 for p in adjusted))


def test_adjusted_p_values_stay_with_their_tests_in_any_order() -> None:
    for adjust in (benjamini_hochberg, holm):
        shuffled = adjust([P_VALUES[place] for place in SHUFFLED])
        assert shuffled == [adjust(P_VALUES)[place] for place in SHUFFLED]
        assert all(larger >= p for larger, p in zip(adjust(P_VALUES), P_VALUES, strict=True))


def test_what_could_not_be_tested_takes_no_part_in_its_family() -> None:
    assert adjusted_within([0.01, None, 0.04, None], holm) == (0.02, None, 0.04, None)
    assert adjusted_within([None]) == (None,)
