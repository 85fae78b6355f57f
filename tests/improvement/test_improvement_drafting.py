"""A finding becomes a whole plan in both languages, with an owner and a working day."""

import tomllib
from datetime import date
from importlib.resources import files
from string import Formatter

import pytest

from surveyplat.improvement.drafting import LANGUAGES, ActionDraft, Naming, calls_for_action, draft_actions
from surveyplat.reports.findings import PRIORITY, Finding, FindingKind

TODAY = date(2026, 10, 20)
PARTS = ["why", "what", "who", "when", "where", "how"]
NAMING = Naming(
    {
        "en": {"quality_fixed": "Done right the first time", "PERQ1": "Overall quality", "seats": "Seats"},
        "zh-Hans": {"quality_fixed": "一次就把车修好", "PERQ1": "总体质量", "seats": "座椅"},
    },
    {"D07": "星辰浦东"},
)
EVIDENCE: dict[str, float | None] = {
    "value": 77.1,
    "ci_low": 76.0,
    "ci_high": 78.2,
    "share": 0.17,
    "share_low": 0.14,
    "share_high": 0.20,
    "mean_performance": 79.8,
}


def finding(kind: FindingKind, subject: str, **evidence: float | None) -> Finding:
    return Finding(kind, subject, EVIDENCE | evidence, 100, "adjusted", PRIORITY[kind])


def drafts(*findings: Finding) -> tuple[ActionDraft, ...]:
    return draft_actions(findings, NAMING, study="csi", period="2026-Q3", today=TODAY)


@pytest.mark.parametrize("kind", [kind for kind in PRIORITY if calls_for_action(finding(kind, "anything"))])
def test_every_kind_that_calls_for_action_gives_a_whole_plan_in_both_languages(kind: FindingKind) -> None:
    (draft,) = drafts(finding(kind, "anything", total=1000, before=70.0, change=7.1, change_low=3.0, change_high=11.0))
    assert set(draft.plan) == set(LANGUAGES)
    for plan in draft.plan.values():
        assert list(plan) == PARTS
        assert all(text and "{" not in text and "None" not in text for text in plan.values())


@pytest.mark.parametrize("kind", ["index_level", "index_no_clear_change", "dealer_above_group", "category_fell"])
def test_levels_noise_and_good_news_call_for_no_action(kind: FindingKind) -> None:
    assert drafts(finding(kind, "csi")) == ()


def test_a_strong_driver_is_worked_on_only_when_it_performs_below_the_mean() -> None:
    assert len(drafts(finding("strongest_driver", "quality_fixed"))) == 1
    assert drafts(finding("strongest_driver", "quality_fixed", value=85.0)) == ()


def test_a_subject_with_its_own_measure_gets_it_and_its_owner() -> None:
    (draft,) = drafts(finding("strongest_driver", "quality_fixed"))
    assert draft.owner == "technical_manager"
    assert draft.plan["en"]["what"] == "Repair right the first time"
    assert draft.plan["zh-Hans"]["who"] == "各维修车间技术经理"


def test_a_subject_without_one_gets_the_measure_of_its_kind_by_name() -> None:
    (draft,) = drafts(finding("strongest_driver", "PERQ1"))
    assert draft.owner == "study_owner"
    assert draft.plan["en"]["what"] == "Raise: Overall quality"
    assert draft.plan["zh-Hans"]["what"] == "改进：总体质量"


def test_the_reason_carries_the_findings_numbers_with_their_interval() -> None:
    (draft,) = drafts(finding("strongest_driver", "quality_fixed"))
    for number in ("17%", "14–20%", "77.1", "79.8"):
        assert number in draft.plan["en"]["why"]
        assert number in draft.plan["zh-Hans"]["why"]


def test_a_dealer_is_named_by_name_and_code_and_in_whole_points() -> None:
    below = finding(
        "dealer_below_group", "D07", value=688.4, ci_low=655.0, ci_high=721.0, group_value=784.2, total=1000
    )
    without = Finding(below.kind, below.subject, _without_shares(below), 79, "adjusted", below.priority)
    (draft,) = drafts(without)
    assert "星辰浦东 (D07)" in draft.plan["en"]["what"]
    assert draft.plan["en"]["why"].startswith("688 points (95% interval 655–721)")


def _without_shares(of: Finding) -> dict[str, float | None]:
    return {name: value for name, value in of.evidence.items() if not name.startswith("share")}


def test_one_subject_gets_one_action_the_most_urgent() -> None:
    made = drafts(
        finding("top_category", "seats", share_of_problems=0.2),
        finding("category_rose", "seats", before=12.0, change=2.0, change_low=1.6, change_high=2.4),
    )
    assert [draft.finding_key for draft in made] == ["category_rose:seats"]


def test_due_dates_are_counted_from_the_given_day_and_fall_on_working_days() -> None:
    (dealer,) = drafts(finding("dealer_below_group", "D07"))
    (driver,) = drafts(finding("strongest_driver", "quality_fixed"))
    assert dealer.due_on == date(2026, 11, 19)
    assert driver.due_on == date(2026, 12, 21)
    assert driver.due_on.weekday() == 0
    assert "2026年12月21日" in driver.plan["zh-Hans"]["when"]


def test_drafting_again_gives_the_same_keys_and_plans() -> None:
    found = [finding("strongest_driver", "quality_fixed"), finding("dealer_up", "D07", change=90.0)]
    assert drafts(*found) == drafts(*found)
    assert drafts(*found)[0].key == "csi:2026-Q3:strongest_driver:quality_fixed"


def test_both_playbooks_have_the_same_entries_with_the_same_fields() -> None:
    folder = files("surveyplat.improvement").joinpath("playbook")
    books = [tomllib.loads(folder.joinpath(f"{tag}.toml").read_text(encoding="utf-8")) for tag in LANGUAGES]
    flat = [dict(_flat(book, "")) for book in books]
    assert flat[0] == flat[1]


def _flat(book: dict[str, object], place: str) -> list[tuple[str, frozenset[str]]]:
    entries: list[tuple[str, frozenset[str]]] = []
    for key, value in book.items():
        if isinstance(value, dict):
            entries += _flat(value, f"{place}/{key}")
        else:
            named = frozenset(name for _, name, _, _ in Formatter().parse(str(value)) if name)
            entries.append((f"{place}/{key}", named))
    return entries
