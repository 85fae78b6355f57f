"""Two definitions side by side: what differs, and whether their results may be compared."""

from dataclasses import dataclass

from surveyplat.forms.comparability import VERDICTS, Standing, Verdict, standings, stays_comparable
from surveyplat.forms.differences import Difference, differences
from surveyplat.forms.language import Definition
from surveyplat.forms.measured_parts import calculated_parts, fieldwork_parts, measurement_parts
from surveyplat.forms.parts import Parts, item_parts, problem_parts, survey_parts
from surveyplat.forms.versions import content_hash


@dataclass(frozen=True)
class VersionName:
    study: str
    version: str
    content_hash: str


@dataclass(frozen=True)
class Comparison:
    """Every part of both definitions, unchanged ones too, and the verdict on each measure.

    The first of ``standings`` is the survey's own: its reasons hold for every measure. ``comparable`` and
    ``not_comparable`` divide the items and problems that both definitions ask.
    """

    before: VersionName
    after: VersionName
    verdict: Verdict
    standings: tuple[Standing, ...]
    comparable: tuple[str, ...]
    not_comparable: tuple[str, ...]
    survey: tuple[Difference, ...]
    items: tuple[Difference, ...]
    problems: tuple[Difference, ...]
    measurement: tuple[Difference, ...]
    fieldwork: tuple[Difference, ...]


def compare_definitions(before: Definition, after: Definition) -> Comparison:
    """What differs from ``before`` to ``after``; the verdict is that of the worst measure.

    Texts are compared word for word, in the languages that both definitions speak.
    """
    spoken = [language for language in before.languages if language in after.languages]
    items = differences(item_parts(before), item_parts(after), spoken)
    problems = differences(problem_parts(before), problem_parts(after), spoken)
    found = standings(before, after, (*items, *problems))
    both = [each for each in (*items, *problems) if each.status in ("unchanged", "changed")]
    kept = [each.id for each in both if stays_comparable(found[0], each)]
    return Comparison(
        before=_named(before),
        after=_named(after),
        verdict=max((standing.verdict for standing in found), key=VERDICTS.index),
        standings=found,
        comparable=tuple(kept),
        not_comparable=tuple(each.id for each in both if each.id not in kept),
        survey=differences(survey_parts(before), survey_parts(after), spoken),
        items=items,
        problems=problems,
        measurement=differences(_measured(before), _measured(after), spoken),
        fieldwork=differences(fieldwork_parts(before), fieldwork_parts(after), spoken),
    )


def _named(definition: Definition) -> VersionName:
    return VersionName(definition.study, definition.version, content_hash(definition))


def _measured(definition: Definition) -> Parts:
    return measurement_parts(definition) | calculated_parts(definition)
