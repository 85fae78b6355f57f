"""What a respondent is told at the end: the survey's thanks, or those of the rule that ended it."""

from datetime import date

from surveyplat.forms.elements import Text
from surveyplat.forms.progress import Progress
from surveyplat.forms.quotas import quota_places


def thanks(progress: Progress, outcome: str, occasion_on: date) -> Text:
    """The thanks for a submitted response with this outcome."""
    if outcome == "over_quota":
        full = quota_places(progress.definition, progress.facts, occasion_on)
        return full[0].quota.thanks if full else progress.definition.thanks
    end = progress.path.end
    return end.thanks if end and end.thanks else progress.definition.thanks
