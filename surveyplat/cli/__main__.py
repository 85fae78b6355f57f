"""``python -m surveyplat.cli`` is the command ``surveyplat``."""

from surveyplat.cli.main import run

run()
