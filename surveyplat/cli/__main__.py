"""``python -m surveyplat.cli`` is the command ``surveyplat``."""

from surveyplat.cli.start import run

run()
