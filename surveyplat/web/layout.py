"""What every page shares: the templates, the style and its hash, the headers."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from surveyplat.web.answering import Headers, PageAnswer
from surveyplat.web.chrome import chrome

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ug", "yi", "ps", "sd", "dv"}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("surveyplat.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _style() -> str:
    source, _, _ = _environment().loader.get_source(_environment(), "style.css")  # type: ignore[union-attr]
    return "".join(line.strip() for line in source.splitlines())


@cache
def page_script() -> str:
    """The script of the pages with questions as it is sent: without comments and indentation."""
    source, _, _ = _environment().loader.get_source(_environment(), "script.js")  # type: ignore[union-attr]
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def security_headers() -> Mapping[str, str]:
    """The headers of every page: one static style and one static script are allowed by their hashes, and no other.

    The script may speak with this server only.
    """
    policy = {
        "default-src": "'none'",
        "style-src": _hash(_style()),
        "script-src": _hash(page_script()),
        "connect-src": "'self'",
        "img-src": "data:",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }


@cache
def _encoded_headers() -> Headers:
    return tuple((name.encode(), value.encode()) for name, value in security_headers().items())


def render(template: str, language: str, *, synthetic: bool, status: int = 200, **values: Any) -> Response[str]:
    """One page in ``language``, with the headers of every page."""
    return page_response(rendered(template, language, synthetic=synthetic, **values), status)


def rendered(template: str, language: str, *, synthetic: bool, **values: Any) -> str:
    """The HTML of one page in ``language``."""
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            direction=direction(language),
            words=chrome(language),
            style=Markup(_style()),
            script=Markup(page_script()),
            synthetic=synthetic,
            **values,
        )
    )


def page_response(html: str | bytes, status: int = 200) -> Response[Any]:
    """A page's HTML with the headers of every page; bytes are UTF-8."""
    return PageAnswer(html, _encoded_headers(), status)


def notice(
    kind: str, language: str, *, synthetic: bool, status: int, again: str = "", fields: Iterable[tuple[str, str]] = ()
) -> Response[str]:
    """A page that says one thing: ``kind`` names its two sentences in the chrome.

    ``again`` is the method of a request that may be tried again: the page then offers it, a POST with its ``fields``.
    """
    words = chrome(language)
    return render(
        "notice.html",
        language,
        synthetic=synthetic,
        status=status,
        heading=words[f"{kind}_title"],
        body=words[f"{kind}_body"],
        again=again,
        fields=fields,
    )


def direction(language: str) -> str:
    """The writing direction of a language tag: "rtl" or "ltr"."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
