"""What the pages of a study weigh as they travel: the bytes of each, and the requests that it takes to show it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from litestar import MediaType, Response

from surveyplat.forms.answers import AnswerFault, answerable
from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.language import Definition
from surveyplat.forms.progress import progress_of
from surveyplat.forms.rendering import Presentation, introduction, question_page, receipt_page
from surveyplat.forms.responses import Visit, receipt_number
from surveyplat.forms.stamps import PageView, make_stamp
from surveyplat.forms.versions import content_hash
from surveyplat.links import NONCE_BYTES, make_token
from surveyplat.web.compression import compressed_size

HEAVIEST_BYTES = 14 * 1024
"""What a page may weigh compressed: it then arrives in the first flight of a TCP connection (10 segments, RFC 6928)."""

_SOMEBODY = UUID(int=0)
_SOME_KEY = bytes(32)
_SOME_TIME = 1_790_000_000
_SOME_SHOWING = "00000000"


@dataclass(frozen=True)
class PageWeight:
    """One page in one language: bytes of its HTML as rendered and with gzip, and how many requests show it whole."""

    study: str
    page: str
    """The page's id, "introduction" or "receipt"; " with errors" when every question of it was refused."""
    language: str
    raw: int
    compressed: int
    requests: int


def page_weights(definitions: Iterable[Definition]) -> list[PageWeight]:
    """Every page of the studies in every language, heaviest first (compressed, then raw, then by name)."""
    weights = [
        _weight(definition.study, page, language, response)
        for definition in definitions
        for language in definition.languages
        for page, response in _pages(definition, language)
    ]
    return sorted(weights, key=lambda weight: (-weight.compressed, -weight.raw, weight.study, weight.page))


def requests_of(html: str) -> int:
    """How many requests a browser makes to show a page: the page's own, and one for all that is not inside it."""
    loads = _Loads()
    loads.feed(html)
    loads.close()
    return 1 + loads.outside


class _Loads(HTMLParser):
    """Counts what a document loads: sources, linked files, and what its styles import or point to."""

    def __init__(self) -> None:
        super().__init__()
        self.outside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            loading = name in ("src", "srcset", "poster", "data") or (tag == "link" and name == "href")
            self.outside += loading and not (value or "").startswith("data:")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.outside += data.count("@import") + data.count("url(") - data.count("url(data:")


def _weight(study: str, page: str, language: str, response: Response[Any]) -> PageWeight:
    body = response.render(response.content, MediaType.HTML)
    return PageWeight(study, page, language, len(body), compressed_size(body), requests_of(body.decode()))


def _pages(definition: Definition, language: str) -> Iterator[tuple[str, Response[Any]]]:
    """Every page as a visitor first sees it, and every page of questions with an error at each."""
    visit = _visit(definition, language)
    link = f"/s/{make_token(_SOME_KEY, bytes(NONCE_BYTES), 1)}"
    shown = Presentation(definition, language, link, False, {}, progress_of(definition, visit, {}, {}))
    yield "introduction", introduction(shown, visit)
    for page in (page.whole for page in definition.asked):
        stamp = _stamp(definition, page)
        faults = [AnswerFault(item.id, "fault_required") for item in answerable(page)]
        yield page.id, question_page(shown, page, None, stamp)
        if faults:
            yield f"{page.id} with errors", question_page(shown, page, None, stamp, faults)
    yield "receipt", receipt_page(shown, receipt_number(_SOME_KEY, _SOMEBODY), definition.thanks)


def _stamp(definition: Definition, page: PageOnPath) -> str:
    return make_stamp(_SOME_KEY, PageView(_SOMEBODY, content_hash(definition), page.id, 0, _SOME_TIME, _SOME_SHOWING))


def _visit(definition: Definition, language: str) -> Visit:
    day = date(2026, 9, 15)
    return Visit(
        invitation=_SOMEBODY,
        study=definition.study,
        definition_hash=content_hash(definition),
        language=language,
        occasion_on=day,
        event_kind=definition.fieldwork.trigger,
        event_on=day,
        dealer="Sample Motors East",
        dealer_code="D01",
        region="East",
        brand="Aurora",
        customer_language=language,
        model="Aurora",
        built_on=day,
        delivered_on=day,
        draft=None,
    )
