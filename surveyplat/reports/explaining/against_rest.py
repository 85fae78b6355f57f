"""How a part of all vehicles, a model or a build month, stands against all others of the same period."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.explaining.comparing import p_text, with_sign
from surveyplat.reports.explaining.steps import Part, Step
from surveyplat.reports.explaining.voice import Voice
from surveyplat.scoring.records.rates import RestContrast
from surveyplat.scoring.rest_comparison import ALPHA
from surveyplat.scoring.results import Pp100Score

_RATIO_DIGITS = 3
PARTS = ("model", "build_month")


def rest_step(voice: Voice) -> Step:
    """The ratio to the rate of all other vehicles, with its interval and p value, or why there is none."""
    pp100 = voice.scores.pp100
    contrasts = () if pp100 is None else _family(pp100, voice.subject.group)
    return Step("rest", voice.say("explain.rest"), tuple(_against_rest(voice, contrasts)))


def _family(pp100: Pp100Score, group: str) -> tuple[RestContrast, ...]:
    return {"model": pp100.models_against_rest, "build_month": pp100.build_months_against_rest}[group]


def _against_rest(voice: Voice, contrasts: tuple[RestContrast, ...]) -> Iterator[Part]:
    found = next((contrast for contrast in contrasts if contrast.id == voice.subject.id), None)
    if found is None:
        yield voice.paragraph("explain.rest.untold")
        return
    low, high = (voice.number(end, _RATIO_DIGITS) for end in (found.ci_low, found.ci_high))
    if found.ratio is None:
        yield voice.paragraph("explain.rest.only_here", low=low)
    else:
        yield voice.formula("explain.rest.ratio", ratio=voice.number(found.ratio, _RATIO_DIGITS), low=low, high=high)
    yield voice.paragraph(f"explain.rest.{found.method}")
    tests, adjusted = voice.number(len(contrasts)), p_text(voice, found.p_adjusted)
    yield voice.paragraph("explain.rest.p", p=with_sign(voice, found.p_value), adjusted=adjusted, tests=tests)
    verdict = "apart" if found.significant else "not_apart"
    yield voice.paragraph(f"explain.rest.{verdict}", alpha=formats.percent(ALPHA, 0, voice.language))
