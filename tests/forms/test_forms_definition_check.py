"""Checking whole files: all faults at once, hints for misspelt names, bounds, and never a traceback."""

import copy
import functools
import operator
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner

from surveyplat.cli import definitions as command
from surveyplat.errors import DefinitionError, Fault, UnknownStudy
from surveyplat.forms import language, outline
from surveyplat.forms.elements import Part
from surveyplat.forms.loading import definition_from_yaml, load_definitions, load_study
from surveyplat.forms.yaml_positions import Node, parse
from surveyplat.shipped import shipped_folder

SHIPPED = shipped_folder("questionnaires")
CSI = (SHIPPED / "csi.yaml").read_bytes()


def faults_in(content: bytes) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        definition_from_yaml(content, "csi.yaml")
    return caught.value.faults


def plain(text: str) -> Any:
    root, faults = parse(text.encode())
    assert root is not None
    assert faults == []
    return root.plain()


def test_faults_of_shape_and_of_links_are_reported_together_in_the_order_of_the_file() -> None:
    content = (
        CSI.replace(b"minutes: 3", b"minuts: 3")
        .replace(b"id: facility_comfort", b"id: facility_location")
        .replace(b"items: [booking_ease, ", b"items: [bookin_ease, ")
        .replace(b"trigger: service", b"trigger: repair")
    )
    codes = [fault.code for fault in faults_in(content)]
    assert codes == ["unknown-key", "duplicate-id", "unknown-item", "unknown-item", "unknown-item", "unknown-value"]


def test_a_faulty_item_is_not_also_called_unknown_where_it_is_measured() -> None:
    content = CSI.replace(b"- id: quality_clean\n        type: rating", b"- id: quality_clean\n        type: ratin")
    assert [fault.code for fault in faults_in(content)] == ["unknown-value"]


def test_a_misspelt_key_item_and_language_each_get_a_suggestion() -> None:
    content = (
        CSI.replace(b"usable_share:", b"usable_shares:")
        .replace(b"target: overall", b"target: overal")
        .replace(b"10: {zh-Hans: ", b"10: {zh-Hant: ")
    )
    fixes = " ".join(fault.fix for fault in faults_in(content))
    for meant in ("usable_share", "overall", "zh-Hans"):
        assert f"Did you mean {meant}?" in fixes


def test_a_malformed_language_tag_does_not_make_every_text_a_fault() -> None:
    assert [fault.code for fault in faults_in(CSI.replace(b"[zh-Hans, en]", b"[zh_Hans, en]"))] == ["language-tag"]


def with_more_attributes(number: int) -> bytes:
    item = "      - {{id: more{0}, type: rating, scale: overall, text: {{zh-Hans: 多, en: More}}}}\n"
    more = "".join(item.format(place) for place in range(number)).encode()
    named = b"".join(b"        - more%d\n" % place for place in range(number))
    content = CSI.replace(b"      - id: recommend\n", more + b"      - id: recommend\n")
    return content.replace(b"        - quality_clean\n", b"        - quality_clean\n" + named)


def test_a_driver_may_have_more_attributes_than_can_be_decomposed_exactly_but_not_any_number() -> None:
    allowed = definition_from_yaml(with_more_attributes(3), "csi.yaml")
    assert len(allowed.measurement.drivers[0].attributes) == 21
    assert "driver-size" in [fault.code for fault in faults_in(with_more_attributes(83))]


def test_minutes_are_estimated_in_the_slowest_language() -> None:
    (fault,) = faults_in(CSI.replace(b"minutes: 3", b"minutes: 2").replace("约需要3分".encode(), "约需要2分".encode()))
    assert (fault.code, fault.fix) == ("minutes-short", "Promise 3 minutes, or ask less")
    assert "(zh-Hans)" in fault.cause


def test_plain_scalars_follow_the_core_schema_and_yes_stays_a_word() -> None:
    text = "[yes, no, on, off, y, 2026-07-01, 12:30, 0x1f, null, ~, true, False, 7, -3, 1.5, 1e3, '7', \"true\", .inf]"
    assert plain(text) == [
        *("yes", "no", "on", "off", "y", "2026-07-01", "12:30", "0x1f"),
        *(None, None, True, False, 7, -3, 1.5, 1000.0, "7", "true", ".inf"),
    ]


def test_an_alias_repeats_a_value_and_its_faults_point_to_the_anchor() -> None:
    assert plain("a: &one {b: 1}\nc: *one\n") == {"a": {"b": 1}, "c": {"b": 1}}
    root, _ = parse(b"a: &one {b: 1}\nc: *one\n")
    assert isinstance(root, Node)
    assert root.get("c").position == root.get("a").position


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"# nothing but a comment\n", "empty"),
        (b"\xff\xfe", "encoding"),
        (b"[" * 100_000, "too-deep"),
        (b"- " * 100_000, "too-deep"),
        (b"a: 1\n" * 1_000_000, "too-large"),
    ],
)
def test_what_is_not_a_bounded_document_is_one_fault_at_the_start(content: bytes, code: str) -> None:
    assert [fault.code for fault in faults_in(content)] == [code]


def test_aliases_cannot_multiply_without_bound() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (fault,) = faults_in("\n".join(lines).encode())
    assert (fault.code, fault.place) == ("too-large", "csi.yaml:6:5")


def test_the_place_of_a_fault_counts_characters_not_bytes() -> None:
    (fault,) = faults_in(CSI.replace("zh-Hans: 店内的整洁".encode(), "zh-Hans: 店内\x07的整洁".encode()))
    line = CSI.decode().split("\n").index("          zh-Hans: 店内的整洁") + 1
    assert fault.place == f"csi.yaml:{line}:22"


FIRST_PAGES = CSI[: CSI.index(b"  - id: facility")] + CSI[CSI.index(b"measurement:") :]


@given(start=st.integers(0, len(FIRST_PAGES)), gone=st.integers(0, 60), put=st.binary(max_size=12))
@settings(max_examples=60, deadline=None)
def test_mangled_bytes_raise_nothing_but_a_definition_error(start: int, gone: int, put: bytes) -> None:
    check(FIRST_PAGES[:start] + put + FIRST_PAGES[start + gone :])


@given(
    start=st.integers(0, len(FIRST_PAGES)),
    gone=st.integers(0, 9),
    put=st.text("{}[]&*!|>-?:, #'\"%@\n\tayzé", max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_mangled_yaml_raises_nothing_but_a_definition_error(start: int, gone: int, put: str) -> None:
    check(FIRST_PAGES[:start] + put.encode() + FIRST_PAGES[start + gone :])


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from(["id", "type", "text", "items", "labels", "scale", "problems", "title", "en", "1"]) | SCALARS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


WHOLE = plain(FIRST_PAGES.decode())


def paths_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, key)
        yield from paths_in(child, (*path, key))


@given(path=st.sampled_from(list(paths_in(WHOLE))), value=VALUES, key=st.none() | KEYS)
@settings(max_examples=100, deadline=None)
def test_any_value_in_any_place_raises_nothing_but_a_definition_error(path: Any, value: object, key: object) -> None:
    whole = copy.deepcopy(WHOLE)
    *above, last = path
    parent = functools.reduce(operator.getitem, above, whole)
    parent[key if key is not None and isinstance(parent, dict) else last] = value
    check(yaml.safe_dump(whole, allow_unicode=True).encode())


def check(content: bytes) -> None:
    """Any other error than the one expected fails the test."""
    faults: tuple[Fault, ...] = ()
    try:
        definition_from_yaml(content, "mangled.yaml")
    except DefinitionError as error:
        faults = error.faults
    assert all(fault.place.startswith("mangled.yaml:") for fault in faults)


def text_fields(model: type[BaseModel]) -> set[str]:
    return {
        name
        for name, field in model.model_fields.items()
        if language.Text in (field.annotation, *get_args(field.annotation))
    }


def parts_of_the_language(part: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in part.__subclasses__():
        yield kind
        yield from parts_of_the_language(kind)


def test_the_linter_knows_every_text_that_the_language_has() -> None:
    fields = set[str]().union(*(text_fields(model) for model in parts_of_the_language(Part)))
    assert fields == outline.TEXT_KEYS | outline.TEXT_MAPPINGS


def test_a_definition_of_a_thousand_items_is_checked() -> None:
    item = "      - {{id: item{0}, type: rating, scale: overall, text: {{zh-Hans: 第{0}项, en: Item {0}}}}}\n"
    page = "  - id: page{0}\n    title: {{zh-Hans: 第{0}页, en: Page {0}}}\n    items:\n"
    pages = [page.format(p) + "".join(item.format(10 * p + i) for i in range(10)) for p in range(98)]
    large = CSI.replace(b"pages:\n", b"pages:\n" + "".join(pages).encode()).replace(b"minutes: 3", b"minutes: 70")
    assert len(list(definition_from_yaml(large, "large.yaml").items())) == 1001
    assert [fault.code for fault in faults_in(large.replace(b"id: item979", b"id: item0"))] == ["duplicate-id"]


def test_a_thousand_items_with_a_rule_each_are_checked_in_two_seconds_of_work() -> None:
    item = "      - {{id: i{0}, type: rating, scale: overall, text: {{zh-Hans: 第{0}项, en: Item {0}}}{1}}}\n"
    page = "  - id: page{0}\n    title: {{zh-Hans: 第{0}页, en: Page {0}}}\n    items:\n"
    rules = [f", show: {{answer: i{number - 10}, at_least: 5}}" if number > 9 else "" for number in range(1000)]
    listed = [item.format(number, rule) for number, rule in enumerate(rules)]
    pages = [page.format(start) + "".join(listed[start : start + 10]) for start in range(0, 1000, 10)]
    large = CSI.replace(b"pages:\n", b"pages:\n" + "".join(pages).encode()).replace(b"minutes: 3", b"minutes: 70")
    before = time.process_time()
    definition = definition_from_yaml(large, "large.yaml", SHIPPED)
    assert time.process_time() - before < 2
    assert sum(bool(asked.conditions) for page in definition.asked for asked in page.entries) == 990


@pytest.fixture
def run_check() -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return lambda *paths: CliRunner().invoke(app, ["check", *map(str, paths)])


def test_check_without_a_path_checks_what_is_shipped_and_says_so_in_one_line(run_check: Any) -> None:
    result = run_check()
    assert result.exit_code == 0
    shipped = load_definitions([SHIPPED])
    studies = ", ".join(f"{definition.study} (version 1)" for definition in shipped)
    assert result.stdout == f"{len(shipped)} without fault: {studies}\n"


def test_check_reports_the_faults_of_every_file_and_exits_with_1(run_check: Any, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(CSI.replace(b"minutes: 3", b"minutes: three"))
    (tmp_path / "b.yml").write_bytes(CSI.replace(b"occasion: event", b"occasion: evnt"))
    (tmp_path / "notes.txt").write_text("not a definition")
    result = run_check(tmp_path, tmp_path / "absent.yaml")
    assert result.exit_code == 1
    assert result.stderr == "3 faults in 3 files\n"
    lines = result.stdout.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["wrong-type", "unknown-value", "file"]
    line = CSI.split(b"\n").index(b"minutes: 3") + 1
    assert lines[0].startswith(f"{tmp_path / 'a.yaml'}:{line}:10: wrong-type: minutes is ")


def test_a_folder_without_definitions_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="no YAML file"):
        load_definitions([tmp_path])


def test_an_unknown_study_is_named_with_those_that_are_shipped() -> None:
    assert load_study("iqs").study == "iqs"
    with pytest.raises(UnknownStudy, match=r"Did you mean csi\? There are: .*csi, .*iqs, .*ssi"):
        load_study("csii")
    with pytest.raises(UnknownStudy):
        load_study("../questionnaires/csi")
