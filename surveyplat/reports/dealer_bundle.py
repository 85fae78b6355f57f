"""The bundle of a dealer's report: only what this dealer may see, of other dealers neither code nor name nor number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from surveyplat.reports.bundle import Bundle

DOCUMENT = "surveyplat dealer 1"
"""What the document of one dealer's results calls itself."""
MANIFEST = (
    "study",
    "period",
    "definition_hash",
    "definition_version",
    "rows_hash",
    "file_hash",
    "cut_off",
    "frozen_at",
    "revision",
    "synthetic",
    "software",
)
"""What a dealer is told of the manifest, which counts every dealer's events."""


@dataclass(frozen=True, kw_only=True)
class DealerBundle(Bundle):
    """One dealer in a period. ``results`` are its ``DealerResults``, ``comparison`` is cut down to it.

    ``manifest`` is an extract, with the hash of the whole one, by which the freeze can still be proved.
    """

    kind: ClassVar[str] = "dealer"
    has_whole_manifest: ClassVar[bool] = False
    dealer: str
    verbatims: tuple[Mapping[str, str], ...] = ()
    """What customers wrote, masked: text, language (a tag, may be empty) and item."""
    verbatims_in_all: int = 0
    """How many there are; those above were drawn from them by lot."""


def extract_of(manifest: Mapping[str, Any], manifest_hash: str) -> dict[str, Any]:
    """The manifest as far as a dealer may see it."""
    told = {name: manifest[name] for name in MANIFEST if name in manifest}
    return {**told, "manifest_hash": manifest_hash}
