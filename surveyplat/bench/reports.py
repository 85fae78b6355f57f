"""How fast results become PDFs: warm, cold, and a report for every dealer over worker processes.

The floor beside them is what the same library needs for bare lines of text in the same font, of the same run. The
dealers' reports are made in a process of its own, whose memory is told with that of its workers.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

from surveyplat.bench.held_memory import held_memory
from surveyplat.bench.made_up import written_snapshot
from surveyplat.dealer_bundles import DealerSource, dealer_bundle
from surveyplat.dealer_texts import DealerTexts
from surveyplat.executors import executor_for
from surveyplat.forms.loading import load_study
from surveyplat.forms.versions import canonical_json as definition_json
from surveyplat.forms.versions import content_hash
from surveyplat.measurement import labels, scoring_plan
from surveyplat.reports.bundle import Bundle, ReportBundle, canonical_json
from surveyplat.reports.from_json import make_from_json
from surveyplat.scoring.dealer_details import dealer_details
from surveyplat.scoring.dealer_results import dealers_of
from surveyplat.scoring.documents import results_document
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import ALONE, Workers

Result = TypeVar("Result")

THOUSAND = 1_000
_ANSWERS_A_DEALER = 60
_STUDY_DEALERS = 24
_REPEATS = 5
_FLOOR_PAGES, _FLOOR_LINES = 20, 45
_LANGUAGE = "en"
_FROZEN = datetime(2026, 10, 20, tzinfo=UTC).isoformat()
_WORDS = "The advisor was friendly and explained the bill, but the car was not ready at the promised time."
_COLD = (
    "import pathlib, sys\n"
    "from surveyplat.reports.kinds import bundle_from_json\n"
    "from surveyplat.reports.pdf import make_report\n"
    "bundle = bundle_from_json(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'))\n"
    "pathlib.Path(sys.argv[2]).write_bytes(make_report(bundle))\n"
)


@dataclass(frozen=True)
class Made:
    """The fastest of a few: pages of one report, and the seconds that it took."""

    pages: int
    seconds: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@dataclass(frozen=True)
class EveryDealer:
    """A run for all dealers: wall-clock seconds with the start of the workers.

    ``memory`` is in MiB, of this process and its workers, what they share counted once; None where it is not told.
    """

    reports: int
    pages: int
    workers: int
    seconds: float
    memory: float | None

    @property
    def thousand(self) -> float:
        """Seconds that a thousand reports would take at this pace."""
        return self.seconds * THOUSAND / self.reports


@dataclass(frozen=True)
class ReportFigures:
    """Warm seconds are processor seconds of one core; cold ones are counted from the start of Python."""

    floor: Made
    study: Made
    dealer: Made
    cold: Made
    """On the clock."""
    cold_processor: Made
    """In processor seconds, which other work on the machine changes less."""
    dealers: EveryDealer


def measure_reports(*, dealers: int, workers: int) -> ReportFigures:
    """Measure reports on made-up answers: the study's and one dealer's of 24 dealers, then those of ``dealers``."""
    with tempfile.TemporaryDirectory(prefix="surveyplat-bench-") as name:
        folder = Path(name)
        study, few = _alone(partial(_bundles, folder, _STUDY_DEALERS, 1))
        _, many = _alone(partial(_bundles, folder, dealers, dealers))
        cold, cold_processor = _cold(folder, study)
        return ReportFigures(
            floor=_alone(_floor),
            study=_alone(partial(_warm, study)),
            dealer=_alone(partial(_warm, few[0])),
            cold=cold,
            cold_processor=cold_processor,
            dealers=_alone(partial(_every_dealer, many, workers)),
        )


def _alone(work: Callable[[], Result]) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work).result()


def _bundles(folder: Path, dealers: int, wanted: int) -> tuple[bytes, list[bytes]]:
    """A study's bundle on made-up answers, and those of its first dealers, as JSON."""
    csi = load_study("csi")
    plan = scoring_plan(csi, content_hash(csi))
    snapshot = written_snapshot(folder, plan, dealers * _ANSWERS_A_DEALER, dealers)
    scores = score_study(plan, snapshot)
    codes = dealers_of(scores)
    texts = DealerTexts(tuple({"text": _WORDS, "language": _LANGUAGE, "item": "comment"} for _ in range(6)), 20)
    source = DealerSource(
        language=_LANGUAGE,
        title=csi.title[_LANGUAGE],
        names={code: f"Dealer {code}" for code in codes},
        brands={},
        labels=labels(csi, _LANGUAGE),
        manifest={"frozen_at": _FROZEN, "synthetic": True},
        definition=definition_json(csi),
        scores=scores,
        details=dealer_details(plan, snapshot, scores, ALONE),
        comparison=None,
        before=None,
        current=(),
        previous=(),
        texts=dict.fromkeys(codes, texts),
        log={"size": 1, "root": "0" * 64},
    )
    return _json(_study_bundle(source)), [_json(dealer_bundle(source, code)) for code in codes[:wanted]]


def _study_bundle(source: DealerSource) -> ReportBundle:
    return ReportBundle(
        study=source.scores.study,
        period=source.scores.period,
        language=source.language,
        title=source.title,
        brand_group="",
        labels=source.labels,
        dealers=source.names,
        regions={},
        manifest=source.manifest,
        results=results_document(source.scores),
        comparison=None,
        as_of=_FROZEN,
        synthetic=True,
        definition=source.definition,
    )


def _json(bundle: Bundle) -> bytes:
    return canonical_json(bundle).encode()


def _warm(bundle: bytes) -> Made:
    """The first report of a process also reads fonts, and is not counted."""
    pages = _pages(make_from_json(bundle))
    return Made(pages, min(_processor_seconds(partial(make_from_json, bundle)) for _ in range(_REPEATS)))


def _floor() -> Made:
    _bare_pages()
    return Made(_FLOOR_PAGES, min(_processor_seconds(_bare_pages) for _ in range(_REPEATS)))


def _bare_pages() -> bytes:
    """Lines of text in the report's font, one below the other, and nothing else."""
    from reportlab.pdfgen.canvas import Canvas

    from surveyplat.reports import theme

    theme.register_fonts()
    target = BytesIO()
    canvas = Canvas(target, pagesize=(theme.PAGE_WIDTH, theme.PAGE_HEIGHT))
    for page in range(_FLOOR_PAGES):
        canvas.setFont(theme.REGULAR, theme.BODY.size)
        for line in range(_FLOOR_LINES):
            canvas.drawString(theme.SIDE_MARGIN, 760 - 15 * line, f"{page}.{line} {_WORDS[:80]}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _processor_seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _cold(folder: Path, bundle: bytes) -> tuple[Made, Made]:
    """A report by a Python that has just been started: as the clock tells it, and in processor seconds."""
    given, made = folder / "bundle.json", folder / "report.pdf"
    given.write_bytes(bundle)
    passed, worked = [], []
    for _ in range(_REPEATS):
        begun, before = perf_counter(), _seconds_of_children()
        subprocess.run([sys.executable, "-c", _COLD, str(given), str(made)], check=True)
        passed.append(perf_counter() - begun)
        worked.append(_seconds_of_children() - before)
    pages = _pages(made.read_bytes())
    return Made(pages, min(passed)), Made(pages, min(worked))


def _seconds_of_children() -> float:
    """Processor seconds of all child processes that have ended."""
    told = os.times()
    return told.children_user + told.children_system


def _every_dealer(bundles: list[bytes], workers: int) -> EveryDealer:
    """Memory as it is at the end, when all have made their share and every cache is filled."""
    begun = perf_counter()
    pages = 0
    with executor_for(workers) as executor:
        for report in Workers(executor).over("dealer reports", make_from_json, bundles):
            pages += _pages(report)
        seconds, memory = perf_counter() - begun, held_memory(os.getpid())
    return EveryDealer(len(bundles), pages, workers, seconds, memory)


def _pages(report: bytes) -> int:
    from pikepdf import Pdf

    with Pdf.open(BytesIO(report)) as pdf:
        return len(pdf.pages)
