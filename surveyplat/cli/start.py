"""Where the command ``surveyplat`` starts: worker processes load this module anew, so that it loads nothing itself."""

import os
import sys


def run() -> None:
    """``surveyplat.cli.main.run``, with one thread of linear algebra unless the environment says otherwise.

    Matrices are small here: threads that wait for each other take twice the processors' time and save none.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from surveyplat.cli.main import run as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)
