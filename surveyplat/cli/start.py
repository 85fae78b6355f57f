"""Where the command ``surveyplat`` starts: worker processes load this module anew, so that it loads nothing itself."""


def run() -> None:
    """``surveyplat.cli.main.run``."""
    from surveyplat.cli.main import run as command

    command()
