"""Periods at the edge of what can happen, scored the real way: made-up rows -> snapshot -> scores -> bundles.

Each ``Case`` is a study with dealers, answers and words of the worst kind. Run as a program with a folder, and names of
cases where not all are wanted, this writes their reports there.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import sin
from pathlib import Path
from typing import Any

import numpy as np

from surveyplat.audit.columns import Column, Row, snapshot_columns
from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.audit.periods import Period, parse_period
from surveyplat.audit.snapshot_file import write_snapshot
from surveyplat.dealer_bundles import DealerSource, dealer_bundle
from surveyplat.dealer_texts import texts_by_dealer
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_study
from surveyplat.forms.versions import canonical_json, content_hash
from surveyplat.improvement.drafting import ActionDraft, Naming, draft_actions
from surveyplat.measurement import labels, participation
from surveyplat.missing import Missing
from surveyplat.period_texts import chosen_texts
from surveyplat.reports.bundle import ActionRecord, Bundle, ReportBundle
from surveyplat.reports.dealer_bundle import DealerBundle
from surveyplat.reports.findings import find
from surveyplat.reports.languages import nearest, wording_of
from surveyplat.reports.pdf import make_report
from surveyplat.scored_periods import ScoredPeriod, compare_scored, score_frozen
from surveyplat.scoring.dealer_details import dealer_details
from surveyplat.scoring.dealer_results import dealers_of
from surveyplat.scoring.documents import comparison_document, results_document
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.workers import ALONE

AFTER, BEFORE = parse_period("2026-Q3"), parse_period("2026-Q2")
FROZEN_AT = datetime(2026, 10, 27, 1, tzinfo=UTC)
COMMENTED = 0.3
"""The share of texts that are answered."""

LONG_CHINESE = "示范汽车销售服务有限公司东北大区旗舰体验中心暨新能源交付与售后维修保养综合服务基地" * 2
LONG_GERMAN = "Kraftfahrzeughaftpflichtversicherungsschadensabwicklungsvertragshändlergesellschaft Oberammergau"
ODD_NAMES = (
    LONG_CHINESE,
    LONG_GERMAN,
    "<b>A&B</b> \"Motors\" & 'Söhne' &amp; Co. {0} %s",
    "𠮷野龘㐀汽车",
    "سيارات الخليج للتجارة",
    "ศูนย์บริการรถยนต์กรุงเทพ",
    "",
    "4S",
)
"""What a dealer may be called; the font lacks Arabic and Thai."""

HOSTILE_TEXTS = (
    "<b>bold</b> <script>alert(1)</script> &amp; &lt;i&gt; </para>",
    "好👍🏽 家庭👨‍👩‍👧‍👦 🇨🇳 ❤️‍🔥",
    "abc\u202eevil\u202c \u2066isolated\u2069 مرحبا שלום",
    "字" * 10_000,
    "W" * 10_000,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033da\u0310\u0312\u0313l\u0329\u032ag\u0321\u0322o\u0315\u031b",
    "a\x00b\x07c\x1bd\x7fe\u0085f\ufffeg",
    "one\ntwo\r\nthree\n\n\n\nfour\u2028five\tsix",
    "https://example.test/" + "very/long/path/" * 30 + "?q=" + "%E4%BD%A0" * 40,
    "zero\u200bwidth\u200djoiner\ufeffmark\u00adsoft",
    "=cmd|' /C calc'!A0",
    "+1+1 @SUM(A1) -2",
    "   ",
    "。",
    "（）《》「」、，。！？：；" * 40,
)


@dataclass(frozen=True)
class Shop:
    code: str
    name: str
    region: str
    answers: int
    """In each period."""
    spirit: float = 0.0
    """By how many standard deviations of a customer's mood its customers are more satisfied than others."""


@dataclass(frozen=True)
class Case:
    """A study in one period, or in two; ``answer`` gives a column's value, or None to leave it to chance."""

    study: str
    shops: Sequence[Shop]
    models: Sequence[str] = ("Aurora", "Borealis")
    texts: Sequence[str] = ("The advisor was friendly.", "等了很久，没人接待。", "OK")
    with_before: bool = True
    answer: Callable[[Column, np.random.Generator], Any] = lambda column, rng: None
    before_answer: Callable[[Column, np.random.Generator], Any] | None = None
    problem_rate: float = 0.01
    invited_more: int = 3
    """Invitations for each answer."""
    rewrite: Callable[[Mapping[str, Any]], Mapping[str, Any]] = field(default=dict)
    """Of the earlier period's manifest."""
    tasks: str = ""
    """A text that stands in every part of every plan; empty to keep what was drafted."""


@dataclass(frozen=True)
class Scored:
    case: Case
    definition: Definition
    after: ScoredPeriod
    before: ScoredPeriod | None
    comparison: PeriodComparison | None


def scored_case(case: Case, folder: Path) -> Scored:
    """Write the rows as snapshots below ``folder`` and score them."""
    definition = load_study(case.study)
    after = _scored(case, definition, AFTER, folder)
    if not case.with_before:
        return Scored(case, definition, after, None, None)
    earlier = replace(case, answer=case.before_answer or case.answer)
    before = _scored(earlier, definition, BEFORE, folder)
    manifest = {**before.frozen.manifest, **case.rewrite(before.frozen.manifest)}
    before = replace(before, frozen=replace(before.frozen, manifest=manifest))
    return Scored(case, definition, after, before, compare_scored(before, after, ALONE))


def _scored(case: Case, definition: Definition, period: Period, folder: Path) -> ScoredPeriod:
    frozen = _frozen(case, definition, period, folder)
    return ScoredPeriod(frozen, definition, score_frozen(frozen, definition, ALONE))


# rows and their manifest


def _frozen(case: Case, definition: Definition, period: Period, folder: Path) -> FrozenPeriod:
    columns = snapshot_columns(definition)
    rng = np.random.default_rng([20261027, period.first_day.toordinal()])
    rows = sorted(
        (_row(case, shop, columns, period, rng) for shop in case.shops for _ in range(shop.answers)),
        key=lambda row: (row[1], row[3], row[0]),
    )
    file = write_snapshot(folder / definition.study / period.name, columns, rows)
    hashed = content_hash(definition)
    told = _manifest(case, definition, period, columns, rows)
    manifest = {**told, "definition_hash": hashed, "rows_hash": file.rows_hash, "file_hash": file.file_hash}
    return FrozenPeriod(file.path, manifest, file.rows_hash, hashed)


def _row(case: Case, shop: Shop, columns: Sequence[Column], period: Period, rng: np.random.Generator) -> Row:
    day = period.first_day + timedelta(days=int(rng.integers(90)))
    model = case.models[int(rng.integers(len(case.models)))]
    built = f"{2026 if rng.random() < 0.8 else 2025}-{int(rng.integers(1, 7)):02d}"
    language = "zh-Hans" if rng.random() < 0.5 else "en"
    keys = (rng.bytes(16).hex(), shop.code, shop.region, rng.bytes(16).hex(), model, built, day, language, "web")
    mood, order = float(rng.normal()) + shop.spirit, rng.random()
    return (*keys, *(_value(case, column, mood, order, rng) for column in columns[len(keys) :]))


def _value(case: Case, column: Column, mood: float, order: float, rng: np.random.Generator) -> Any:
    chosen = case.answer(column, rng)
    return _usual(case, column, mood, order, rng) if chosen is None else chosen


def _usual(case: Case, column: Column, mood: float, order: float, rng: np.random.Generator) -> Any:
    match column.kind:
        case "rating" | "recommendation":
            low, high = (int(end) for end in column.scale or (1, 10))
            point = round(low + (high - low) * (0.78 + 0.12 * mood + 0.1 * float(rng.normal())))
            return int(Missing.NOT_ANSWERED) if rng.random() < 0.03 else min(max(point, low), high)
        case "single":
            return column.codes[int(rng.integers(len(column.codes)))] if rng.random() < 0.5 else None
        case "multiple" | "consent":
            return int(rng.random() < 0.25)
        case "problem":
            return int(rng.random() < case.problem_rate)
        case "ranking":
            return column.codes[(int(order * 97) + column.place) % len(column.codes)]
        case "constant_sum":
            return 20
        case "number":
            low, high = column.scale or (0, 10)
            return float(min(low + int(rng.integers(1, 30)), high))
        case "text":
            return case.texts[int(rng.integers(len(case.texts)))] if rng.random() < COMMENTED else None
        case _:
            return _plain(column, rng)


def _plain(column: Column, rng: np.random.Generator) -> Any:
    match column.type:
        case "Date":
            return date(2026, 8, 1 + int(rng.integers(28)))
        case "Int32":
            return int(rng.integers(5, 90))
        case _:
            return 0.0 if column.type == "Float64" else None


def _manifest(
    case: Case, definition: Definition, period: Period, columns: Sequence[Column], rows: Sequence[Row]
) -> dict[str, Any]:
    """What a freeze counts, with three invitations left unanswered for each answer."""
    answers = {shop.code: shop.answers for shop in case.shops}
    population = {code: count * (1 + case.invited_more) for code, count in answers.items() if code}
    invited = sum(population.values())
    broken_off = min(7, invited - len(rows))
    return {
        "study": definition.study,
        "period": period.name,
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "cut_off": "2026-10-25T12:00:00+00:00",
        "definition_version": definition.version,
        "population": population,
        "population_ineligible": {},
        "population_events": invited,
        "events": invited + 100,
        "invited": invited,
        "invitations_by_state": {"sent": invited},
        "invitations_opened_by_state": {"sent": len(rows) + broken_off},
        "responses": len(rows) + broken_off,
        "responses_by_state": {"complete": len(rows), "partial": broken_off},
        "exclusions": [{"reason": "partial", "count": broken_off}],
        "row_count": len(rows),
        "rows_by_source": {"web": len(rows)},
        "days_to_answer": 9.0,
        "columns": [column.described() for column in columns],
        "missing_codes": {str(int(kind)): kind.name.lower() for kind in Missing},
        "synthetic": True,
        "frozen_at": FROZEN_AT.isoformat(),
        "software": {"surveyplat": "0.1.0", "python": "3.11.2", "polars": "2.1.0"},
    }


# bundles


def study_bundle(scored: Scored, language: str, **overrides: Any) -> ReportBundle:
    """As ``pipeline.report_period`` puts it together, but that no effect of an action is judged."""
    manifest = scored.after.frozen.manifest
    counted = participation(manifest)
    drafted = _drafted(scored)
    return ReportBundle(
        **_shared(scored, language),
        dealers={shop.code: shop.name for shop in scored.case.shops},
        regions={shop.code: shop.region for shop in scored.case.shops},
        manifest=manifest,
        results=results_document(scored.after.scores),
        comparison=None if scored.comparison is None else comparison_document(scored.comparison),
        before=_before(scored),
        index_items={
            index.id: tuple(item for factor in index.factors for item in factor.items)
            for index in scored.definition.measurement.indices
        },
        as_of=FROZEN_AT.isoformat(),
        dispositions=None if counted is None else vars(counted.dispositions),
        verbatims=chosen_texts(scored.after.frozen, scored.definition, scored.after.scores),
        current_actions=tuple(_record(scored, each, language) for each in drafted),
        previous_actions=tuple(_record(scored, each, language) for each in drafted) if scored.comparison else (),
        judged={each.key: None for each in drafted} if scored.comparison else {},
        **overrides,
    )


def dealer_bundles(scored: Scored, language: str) -> dict[str, DealerBundle]:
    """By dealer, as ``dealer_reports`` makes them."""
    after, drafted = scored.after, _drafted(scored)
    shared = _shared(scored, language)
    actions = [(_record(scored, each, language), FROZEN_AT) for each in drafted]
    source = DealerSource(
        language=language,
        title=shared["title"],
        names={shop.code: shop.name for shop in scored.case.shops},
        brands={},
        labels=shared["labels"],
        manifest=after.frozen.manifest,
        definition=shared["definition"],
        scores=after.scores,
        details=dealer_details(after.side.plan, after.side.source, after.scores, ALONE),
        comparison=scored.comparison,
        before=_before(scored),
        current=actions,
        previous=actions if scored.comparison else [],
        texts=texts_by_dealer(after.frozen),
        log=shared["log"],
    )
    return {code: dealer_bundle(source, code) for code in dealers_of(after.scores)}


def _shared(scored: Scored, language: str) -> dict[str, Any]:
    definition = scored.definition
    return {
        "study": definition.study,
        "period": AFTER.name,
        "language": language,
        "title": wording_of(definition.title, language),
        "brand_group": "Aurora",
        "labels": labels(definition, nearest(definition.languages, language)),
        "synthetic": True,
        "definition": canonical_json(definition),
        "log": {"size": 1, "root": "0" * 64},
    }


def _before(scored: Scored) -> dict[str, Any] | None:
    if scored.before is None:
        return None
    return {"manifest": scored.before.frozen.manifest, "definition": canonical_json(scored.before.definition)}


def _drafted(scored: Scored) -> tuple[ActionDraft, ...]:
    definition = scored.definition
    naming = Naming(
        {tag: labels(definition, tag) for tag in definition.languages},
        {shop.code: shop.name for shop in scored.case.shops},
    )
    found = find(scored.after.scores, scored.comparison)
    return draft_actions(found, naming, study=definition.study, period=AFTER.name, today=FROZEN_AT.date())


def _record(scored: Scored, draft: ActionDraft, language: str) -> ActionRecord:
    plan = draft.plan[nearest(draft.plan, language)]
    told = {part: scored.case.tasks or text for part, text in plan.items()}
    return ActionRecord(draft.key, told, draft.owner, draft.due_on.isoformat(), "open")


# the cases


def shops(count: int, answers: int, *, regions: int = 3, names: Sequence[str] = ()) -> list[Shop]:
    """Dealers of so many answers each; ``names`` go round."""
    plain = [f"Dealer {number}" for number in range(1, count + 1)]
    return [
        Shop(
            f"D{number:03d}",
            (names or plain)[(number - 1) % len(names or plain)],
            f"Region {number % regions}",
            answers,
        )
        for number in range(1, count + 1)
    ]


def _best(column: Column, rng: np.random.Generator) -> Any:
    return int(column.scale[1]) if column.kind in ("rating", "recommendation") and column.scale else None


def _worst(column: Column, rng: np.random.Generator) -> Any:
    return int(column.scale[0]) if column.kind in ("rating", "recommendation") and column.scale else None


def _facility_unanswered(column: Column, rng: np.random.Generator) -> Any:
    return int(Missing.NOT_ANSWERED) if column.item.startswith("facility") else None


def _ticked_nothing(column: Column, rng: np.random.Generator) -> Any:
    return 0 if column.kind == "problem" else None


def _asked_elsewhere(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"rows_by_source": {"import": manifest["row_count"]}}


LONG_MODELS = (*(f"示例 车型{number} 智能网联纯电动长续航版" for number in range(1, 12)), "Aurora Grand Touring <b>&")

CASES: dict[str, Case] = {
    "one_dealer": Case("csi", shops(1, 120)),
    "many_dealers": Case("csi", shops(400, 40, regions=30, names=ODD_NAMES), models=LONG_MODELS),
    "unequal_dealers": Case(
        "csi", [replace(each, spirit=0.9 * sin(number)) for number, each in enumerate(shops(64, 40, regions=9))]
    ),
    "one_answer": Case("csi", shops(1, 1), with_before=False),
    "five_answers": Case("csi", shops(3, 2)),
    "only_the_total": Case("csi", shops(12, 25)),
    "hostile_words": Case("csi", shops(6, 45, names=ODD_NAMES), texts=HOSTILE_TEXTS),
    "best": Case("csi", shops(8, 40), answer=_best),
    "worst": Case("csi", shops(8, 40), answer=_worst),
    "rose_from_worst_to_best": Case("csi", shops(8, 40), answer=_best, before_answer=_worst),
    "factor_unanswered": Case("csi", shops(8, 40), answer=_facility_unanswered),
    "first_period": Case("csi", shops(8, 40), with_before=False),
    "refused": Case("csi", shops(8, 40), rewrite=_asked_elsewhere),
    "no_problem": Case("iqs", shops(8, 60), answer=_ticked_nothing),
    "problems": Case("iqs", shops(24, 60, names=ODD_NAMES), models=LONG_MODELS),
    "long_plans": Case("csi", shops(24, 60), tasks="客户等待时间过长，需要改进。The wait is too long. " * 120),
    "ecsi": Case("ecsi", shops(8, 60)),
    "ssi": Case("ssi", shops(8, 60)),
    "apeal": Case("apeal", shops(8, 60)),
    "das": Case("das", shops(8, 60)),
    "ess": Case("ess", shops(8, 60)),
    "nvss": Case("nvss", shops(8, 60)),
    "employee": Case("employee", shops(8, 60)),
    "followup_24h": Case("followup_24h", shops(8, 60)),
    "followup_3d_repair": Case("followup_3d_repair", shops(8, 60)),
    "followup_7d": Case("followup_7d", shops(8, 60)),
    "six_s": Case("six_s", shops(8, 60)),
}


def write_reports(folder: Path, names: Sequence[str]) -> None:
    """The reports of the named cases (all without a name) as PDFs, to be looked at: study, first and last dealer."""
    for name in names or CASES:
        scored = scored_case(CASES[name], folder / "snapshots" / name)
        for language in ("zh-Hans", "zh-Hant", "en"):
            own = dealer_bundles(scored, language)
            told: dict[str, Bundle] = {"study": study_bundle(scored, language)}
            told |= {code: own[code] for code in (*list(own)[:1], *list(own)[-1:])}
            for which, bundle in told.items():
                (folder / f"{name}-{which}-{language}.pdf").write_bytes(make_report(bundle))


if __name__ == "__main__":
    write_reports(Path(sys.argv[1]), sys.argv[2:])
