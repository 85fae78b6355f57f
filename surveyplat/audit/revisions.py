"""What the audit log calls a period's revisions and reports, and what their manifests tell: for readers of either."""

from collections.abc import Mapping
from typing import Any

CORRECTED = "period_corrected"
PUBLISHED = "report_published"
STUDY = "study"
"""The kind of a report on a whole study in a period: what a publication is of unless it says otherwise."""


def corrections_of(manifest: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Every correction of a period up to a revision, the first one first; none of a period as it was frozen."""
    return tuple(manifest.get("corrections", ()))
