"""A published report verifies; changed in any of these ways it does not, and the first difference is named."""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import polars as pl
import pytest
from verification.washing import Published, attached

from surveyplat.audit.notes import PublicKey, Signer
from surveyplat.reports.attachments import BUNDLE, MANIFEST, RESULTS, SEAL, TABLE
from surveyplat.reports.bundle import Bundle, ReportBundle
from surveyplat.reports.seal import sealed, taken_apart
from surveyplat.reports.sealing import seal_report
from surveyplat.verification.report import verify_report
from surveyplat.verification.verdicts import Step


def verified(published: Published, report: bytes, snapshots: Path | None = None) -> dict[str, Step]:
    steps = verify_report(report, key=published.signer.public, snapshots=snapshots or published.snapshots)
    return {step.level: step for step in steps}


def test_a_published_report_is_sealed_consistent_and_recomputed(published: Published) -> None:
    for report in (published.report, published.other):
        steps = verified(published, report)
        assert {level: step.outcome for level, step in steps.items()} == dict.fromkeys(
            ("sealed", "consistent", "recomputed"), "passed"
        )
        assert (
            "scores of 2026-Q3, comparison with 2026-Q2, trend in 2026-Q1, trend in 2026-Q2" in steps["recomputed"].told
        )


def test_what_is_not_at_hand_is_not_called_verified(published: Published, tmp_path: Path) -> None:
    steps = verify_report(published.report)
    assert [(step.level, step.outcome) for step in steps] == [
        ("sealed", "in_part"),
        ("consistent", "passed"),
        ("recomputed", "not_checked"),
    ]
    elsewhere = verified(published, published.report, tmp_path)["recomputed"]
    assert elsewhere.outcome == "not_checked"
    assert published.bundle.manifest["rows_hash"] in elsewhere.told


def test_another_key_has_not_signed_it(published: Published) -> None:
    other = Signer("survey.example", bytes(32)).public
    assert isinstance(other, PublicKey)
    step = verify_report(published.report, key=other)[0]
    assert (step.outcome, step.told) == (
        "failed",
        f"seal: survey.example has not signed this report with the key {other.fingerprint}",
    )


# the file


def rewritten(report: bytes, change: Callable[[pikepdf.Pdf], None], seal: bytes | None = None) -> bytes:
    """The made report opened and saved by another program, with its old seal put behind it."""
    apart = taken_apart(report)
    assert apart is not None
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(apart.made)) as pdf:
        change(pdf)
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return sealed(target.getvalue(), apart.seal if seal is None else seal)


def replaced(name: str, old: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.attachments[name].get_file().obj
        content = bytes(stream.read_bytes())
        assert old in content
        stream.write(content.replace(old, new, 1))

    return change


def figure_changed(pdf: pikepdf.Pdf) -> None:
    """The first key figure's digits change places on the page that prints them."""
    page = pdf.pages[1]
    content = bytes(page.Contents.read_bytes())
    place = next(
        index
        for index in range(len(content) - 8)
        if content[index : index + 1] == b"(" and content[index + 4 : index + 8] == b") Tj"
    )
    shown = content[place + 1 : place + 4]
    assert shown != shown[::-1]
    page.Contents = pdf.make_stream(content[: place + 1] + shown[::-1] + content[place + 4 :])


def page_removed(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[2]


def title_changed(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Another"


def file_removed(pdf: pikepdf.Pdf) -> None:
    del pdf.attachments[MANIFEST]


def file_added(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["more.txt"] = pikepdf.AttachedFileSpec(
        pdf, b"more", description="", filename="more.txt", mime_type="text/plain", creation_date="", mod_date=""
    )


def value_of(report: bytes) -> bytes:
    scores = json.loads(attached(report, RESULTS))["scores"]
    return json.dumps(scores["indices"][0]["score"]["value"]).encode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (figure_changed, "page 2: "),
        (page_removed, "page"),
        (title_changed, "the document information /Title: “Another” stands there"),
        (file_removed, "manifest.json: the file is not attached any more"),
        (file_added, "more.txt: the file was added"),
        (replaced(MANIFEST, b'"row_count":150', b'"row_count":151'), "manifest.json: /row_count is 151, and 150 comes"),
        (replaced(TABLE, b"indices/wash/score", b"indices/wash/other"), "results.csv: line"),
        (replaced(BUNDLE, b'"period":"2026-Q3"', b'"period":"2026-Q4"'), ""),
    ],
    ids=["figure", "page", "title", "removed", "added", "manifest", "table", "bundle"],
)
def test_a_file_that_was_changed_and_saved_is_found(
    published: Published, change: Callable[[pikepdf.Pdf], None], told: str
) -> None:
    steps = verified(published, rewritten(published.report, change))
    assert steps["consistent"].outcome == "failed"
    assert told in steps["consistent"].told
    assert steps["sealed"].outcome == "failed"


def test_a_changed_result_is_named_by_its_place(published: Published) -> None:
    change = replaced(RESULTS, value_of(published.report), b"999.5")
    told = verified(published, rewritten(published.report, change))["consistent"].told
    assert told.startswith("results.json: /")
    assert "is 999.5" in told


@pytest.mark.parametrize("place", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_single_changed_byte_anywhere_is_found(published: Published, place: float) -> None:
    changed = bytearray(published.report)
    changed[int(place * len(changed))] ^= 0x01
    steps = verify_report(bytes(changed), key=published.signer.public, snapshots=published.snapshots)
    assert "failed" in {step.outcome for step in steps if step.level in ("sealed", "consistent")}


# the seal


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda it: it.made, "the seal was taken away"),
        (lambda it: it.report + b"more", "its seal alone"),
        (lambda it: sealed(it.made, attached(it.other, SEAL)), "signed for other bytes"),
        (lambda it: sealed(it.report, b"{}"), "not its seal alone|signed for other bytes|seals of version 2"),
        (lambda it: sealed(it.made, b"not JSON"), "not JSON"),
        (lambda it: forged_freeze(it, "entry", {"index": 7}), "2026-Q1: its freeze is not proved"),
        (lambda it: forged_freeze(it, "hashes", []), "2026-Q1: its freeze is not proved"),
        (lambda it: forged_freeze(it, "checkpoint", "x\n1\n"), "no signed text"),
        (lambda it: other_signer(it), "has not signed"),
    ],
    ids=["stripped", "appended", "another's", "sealed twice", "text", "entry", "proof", "checkpoint", "signer"],
)
def test_a_seal_that_was_changed_is_found(
    published: Published, tamper: Callable[[Published], bytes], told: str
) -> None:
    steps = verify_report(tamper(published), key=published.signer.public)
    failed = [step.told for step in steps if step.outcome == "failed"]
    assert failed
    assert any(part in failed[0] for part in told.split("|")), failed


def forged_freeze(published: Published, name: str, value: object) -> bytes:
    seal = published.seal
    held = seal["log"] if name == "checkpoint" else seal["log"]["entries"][0]
    held[name] = {**held[name], **value} if isinstance(value, dict) else value
    return sealed(published.made, json.dumps(seal).encode())


def other_signer(published: Published) -> bytes:
    forger = Signer(published.signer.public.name, bytes(32))
    return seal_report(published.made, published.bundle, published.seal["log"], forger)


# made anew by somebody who holds the key


def other_index(bundle: Bundle) -> Bundle:
    results = json.loads(json.dumps(bundle.results))
    results["indices"][0]["score"]["value"] += 7
    return replace(bundle, results=results)


def other_change(bundle: Bundle) -> Bundle:
    comparison = json.loads(json.dumps(bundle.comparison))
    comparison["indices"][0]["change"] += 3
    return replace(bundle, comparison=comparison)


def other_weight(bundle: Bundle) -> Bundle:
    assert '"weight":1.0' in bundle.definition
    return replace(bundle, definition=bundle.definition.replace('"weight":1.0', '"weight":2.0', 1))


def other_trend(bundle: Bundle) -> Bundle:
    assert isinstance(bundle, ReportBundle)
    first, second = json.loads(json.dumps(bundle.trend))
    second["estimate"]["value"] -= 5
    return replace(bundle, trend=(first, second))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (other_index, "scores of 2026-Q3: /indices/0/score/value is "),
        (other_change, "comparison with 2026-Q2: /indices/0/change is "),
        (other_weight, "questionnaire of 2026-Q3:  is "),
        (other_trend, "trend in 2026-Q2: /estimate/value is "),
    ],
    ids=["index", "change", "weights", "trend"],
)
def test_numbers_that_the_rows_do_not_give_are_found_though_the_publisher_signed_them(
    published: Published, change: Callable[[Bundle], Bundle], told: str
) -> None:
    steps = verified(published, published.by_an_insider(change(published.bundle)))
    assert (steps["sealed"].outcome, steps["consistent"].outcome) == ("passed", "passed")
    assert steps["recomputed"].outcome == "failed"
    assert told in steps["recomputed"].told


def test_a_manifest_that_was_not_frozen_is_found_though_the_publisher_signed_it(published: Published) -> None:
    manifest = {**published.bundle.manifest, "invited": 5}
    steps = verified(published, published.by_an_insider(replace(published.bundle, manifest=manifest)))
    assert "wash:2026-Q3: it proves no freeze with the manifest" in steps["sealed"].told


# the frozen rows


def test_an_answer_that_was_changed_in_the_frozen_rows_is_found(published: Published, tmp_path: Path) -> None:
    shutil.copytree(published.snapshots, tmp_path / "snapshots")
    rows = published.bundle.manifest["rows_hash"]
    [path] = (tmp_path / "snapshots").rglob(f"{rows}.parquet")
    frame = pl.read_parquet(path)
    answer = pl.when(pl.int_range(pl.len()) == 3).then(11 - pl.col("shine")).otherwise(pl.col("shine"))
    path.chmod(0o644)
    frame.with_columns(answer.cast(pl.Int16).alias("shine")).write_parquet(path)
    step = verified(published, published.report, tmp_path / "snapshots")["recomputed"]
    assert step.outcome == "failed"
    assert "the file was altered" in step.told


def test_a_seal_is_the_file_that_the_report_keeps_a_place_for(published: Published) -> None:
    assert json.loads(attached(published.report, SEAL))["seal"] == 2
    assert json.loads(attached(published.made, SEAL)) == {"seal": None}
