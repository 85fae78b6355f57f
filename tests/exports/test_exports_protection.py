"""Rows on their way out: nobody is followed from file to file, and no small dealer is told apart, in any format."""

import io
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from exports_cast import exported, made_rows
from reports.extreme_bundles import Case, Scored, Shop, scored_case
from reports.reports_examples import HIDDEN_DEALERS, service_scores

from surveyplat.exporting import withheld_dealers
from surveyplat.exports.frozen_rows import FrozenRows, frozen_rows
from surveyplat.exports.protection import WITHHELD, Protection
from surveyplat.exports.wanted import Format, Subject, Wanted
from surveyplat.scored_periods import ScoredPeriod
from surveyplat.scoring.weights import DealerCoverage

KEY = b"k" * 32
ROW_FORMATS = (Format.CSV, Format.XLSX, Format.PARQUET, Format.SAV, Format.TRIPLE_S)
KEYS = ("response_id", "dealer", "region", "customer")
SMALL = "TINY"
SHOPS = (Shop(SMALL, "Tiny", "Far North", 3), *(Shop(f"D{n:02d}", f"Dealer {n}", "East", 35) for n in range(11)))


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Eleven dealers with enough answers, and one, alone in its region, with three, in each of two quarters."""
    return scored_case(Case("csi", SHOPS), tmp_path_factory.mktemp("scored"))


def leaving(period: ScoredPeriod, key: bytes = KEY) -> FrozenRows:
    """The period's rows as ``surveyplat export --rows`` lets them out."""
    frozen = period.frozen
    protection = Protection(key, frozen.rows_hash, withheld_dealers(period.scores))
    return frozen_rows(frozen.path, frozen.manifest, period.definition, "en", protection)


def as_frozen(period: ScoredPeriod) -> pl.DataFrame:
    return pl.read_parquet(period.frozen.path)


def test_no_frozen_pseudonym_and_no_small_dealer_leaves_in_any_format(scored: Scored, tmp_path: Path) -> None:
    frozen = as_frozen(scored.after)
    rows = leaving(scored.after)
    for format_ in ROW_FORMATS:
        path, made = exported(rows, Wanted(format_, Subject.ROWS, with_texts=True), tmp_path / format_)
        written = "".join(read_as_text(each) for each in made.drafts.values())
        secret = [*frozen["response_id"], *frozen["customer"], SMALL, "Far North"]
        assert [each for each in secret if each in written] == [], path
        assert WITHHELD in written


def read_as_text(path: Path) -> str:
    """Everything that is in a file, unpacked."""
    match path.suffix:
        case ".parquet":
            return pl.read_parquet(path).write_csv() + str(pl.read_parquet_metadata(path))
        case ".sav":
            frame, told = pyreadstat.read_sav(path, output_format="polars")
            return frame.write_csv() + str(vars(told))
        case ".xlsx":
            with zipfile.ZipFile(path) as packed:
                return "".join(packed.read(name).decode() for name in packed.namelist())
        case _:
            return path.read_text(encoding="utf-8")


def test_answers_stay_as_they_were_frozen(scored: Scored) -> None:
    left, frozen = leaving(scored.after).frame(with_texts=True), as_frozen(scored.after)
    assert left.columns == frozen.columns
    assert Counter(left.drop(KEYS).iter_rows()) == Counter(frozen.drop(KEYS).iter_rows())
    shown = Counter(frozen["dealer"])
    withheld = withheld_dealers(scored.after.scores)
    assert SMALL in withheld
    assert Counter(left["dealer"]) == {
        **{dealer: count for dealer, count in shown.items() if dealer not in withheld},
        WITHHELD: sum(shown[dealer] for dealer in withheld),
    }
    assert (left["dealer"] == WITHHELD).equals(left["region"] == WITHHELD)


def test_the_order_of_rows_tells_neither_the_dealer_nor_the_old_pseudonym(scored: Scored) -> None:
    left = leaving(scored.after).frame(with_texts=False)
    assert left["response_id"].is_sorted()
    neighbours = sum(one == other for one, other in zip(left["dealer"], left["dealer"][1:], strict=False))
    assert neighbours < left.height / 4
    assert as_frozen(scored.after)["dealer"].is_sorted()


def test_one_person_has_one_pseudonym_in_a_file_and_another_one_in_the_next_period(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    first, second = (
        replace(rows, protection=Protection(KEY, hashed, frozenset())).frame(with_texts=False)
        for hashed in ("a" * 64, "b" * 64)
    )
    assert Counter(Counter(first["customer"]).values()) == Counter(
        Counter(rows.frame(with_texts=False)["customer"]).values()
    )
    assert not set(first["customer"]) & set(second["customer"])
    assert not set(first["response_id"]) & set(second["response_id"])
    assert not set(first["customer"]) & set(first["response_id"])


def test_pseudonyms_are_the_same_each_time_and_another_instances_are_others(scored: Scored) -> None:
    once, again, elsewhere = (
        leaving(scored.after, key).frame(with_texts=False) for key in (KEY, KEY, b"other key" * 4)
    )
    assert once.equals(again)
    assert not set(once["customer"]) & set(elsewhere["customer"])


def test_many_rows_leave_in_pieces_as_they_leave_at_once(scored: Scored, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = leaving(scored.after)
    at_once = rows.frame(with_texts=True)
    monkeypatch.setattr("surveyplat.exports.frozen_rows.SLICE", 50)
    pieces = list(rows.slices(with_texts=True))
    assert {piece.height for piece in pieces[:-1]} == {50}
    assert pl.concat(pieces).equals(at_once)
    assert pl.concat(replace(rows, protection=None).slices(with_texts=True)).equals(as_frozen(scored.after))


def test_a_file_of_pieces_has_one_header(scored: Scored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = leaving(scored.after)
    for format_ in (Format.CSV, Format.TRIPLE_S, Format.XLSX):
        wanted = Wanted(format_, Subject.ROWS)
        hashes = exported(rows, wanted, tmp_path / f"{format_} at once")[1].hashes
        with monkeypatch.context() as patch:
            patch.setattr("surveyplat.exports.frozen_rows.SLICE", 50)
            assert exported(rows, wanted, tmp_path / f"{format_} in pieces")[1].hashes == hashes


def test_a_period_without_rows_has_a_header(tmp_path: Path) -> None:
    rows = made_rows(tmp_path, count=0)
    for protection in (None, Protection(KEY, "a" * 64, frozenset())):
        path, made = exported(replace(rows, protection=protection), Wanted(Format.CSV, Subject.ROWS), tmp_path / "out")
        assert made.rows == 0
        assert pl.read_csv(io.BytesIO(path.read_bytes())).columns == rows.frame(with_texts=False).columns


def test_rows_say_of_themselves_whether_they_are_as_frozen(scored: Scored, tmp_path: Path) -> None:
    rows = leaving(scored.after)
    for protection, told in ((rows.protection, "protected"), (None, "as frozen")):
        wanted = Wanted(Format.PARQUET, Subject.ROWS, as_frozen=protection is None)
        path, _ = exported(replace(rows, protection=protection), wanted, tmp_path / "out")
        assert f'"rows": "{told}"' in pl.read_parquet_metadata(path)["surveyplat"]


def test_dealers_are_withheld_for_too_few_answers_or_when_reports_do_not_show_them() -> None:
    scores = service_scores()
    assert withheld_dealers(scores) == frozenset(HIDDEN_DEALERS)
    without_indices = replace(scores, dealers=())
    assert withheld_dealers(without_indices) == frozenset(HIDDEN_DEALERS)


@pytest.mark.parametrize(
    ("answers", "withheld"),
    [
        ({"A": 29, "B": 30, "C": 31}, {"A", "B"}),
        ({"A": 30, "B": 30, "C": 31}, set()),
        ({"A": 29, "B": 29, "C": 31}, {"A", "B"}),
        ({"A": 0, "B": 40, "C": 31}, set()),
        ({"A": 3}, {"A"}),
        ({"": 3, "B": 40}, set()),
    ],
)
def test_one_withheld_dealer_alone_takes_the_next_smallest_with_it(answers: dict[str, int], withheld: set[str]) -> None:
    coverage = tuple(DealerCoverage(dealer, 100, count) for dealer, count in answers.items())
    scores: Any = replace(service_scores(0), coverage=coverage, dealers=())
    assert withheld_dealers(scores) == withheld
