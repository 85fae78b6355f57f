"""Contents that somebody changed afterwards are found: a number, or where a link leads."""

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from reports_examples import service_bundle

from surveyplat.reports.pdf import make_report
from surveyplat.verification.report import verify_report
from surveyplat.verification.verdicts import Step

CONTENTS_PAGE = 2
"""Counted from 0: after the cover and the summary."""


def changed(report: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(report)) as pdf:
        change(pdf)
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def consistency(report: bytes) -> Step:
    return next(step for step in verify_report(report) if step.level == "consistent")


@pytest.fixture(scope="module")
def report() -> bytes:
    return make_report(service_bundle("en"))


@pytest.fixture(scope="module")
def saved_again(report: bytes) -> Step:
    """What is told of a report that another program saved without a change of its own."""
    return consistency(changed(report, lambda _: None))


def other_number(page: int) -> Callable[[pikepdf.Pdf], None]:
    """The last page number that stands there becomes another."""

    def change(pdf: pikepdf.Pdf) -> None:
        content = bytes(pdf.pages[page].Contents.read_bytes())
        *_, number = re.finditer(rb"\((?:see page )?(\d+)\) Tj", content)
        pdf.pages[page].Contents = pdf.make_stream(content[: number.start(1)] + b"99" + content[number.end(1) :])

    return change


def other_goal(pdf: pikepdf.Pdf) -> None:
    links = pdf.pages[CONTENTS_PAGE].Annots
    assert links[3].A.D != links[5].A.D
    links[3].A.D = links[5].A.D


def moved_destination(pdf: pikepdf.Pdf) -> None:
    names = pdf.Root.Names.Dests.Names
    names[1][0] = pdf.pages[-1].obj


def other_words(pdf: pikepdf.Pdf) -> None:
    pdf.pages[CONTENTS_PAGE].Annots[0].Contents = "To page 9: Dealers"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (other_number(CONTENTS_PAGE), "page 3: “99” is printed, and its bundle gives"),
        (other_number(CONTENTS_PAGE - 1), "page 2: “see page 99” is printed, and its bundle gives “see page"),
        (other_goal, ""),
        (moved_destination, ""),
        (other_words, ""),
    ],
    ids=["number", "reference", "goal", "destination", "words"],
)
def test_changed_contents_are_found(
    report: bytes, saved_again: Step, change: Callable[[pikepdf.Pdf], None], told: str
) -> None:
    step = consistency(changed(report, change))
    assert step.outcome == "failed"
    assert told in step.told
    assert step.told != saved_again.told
