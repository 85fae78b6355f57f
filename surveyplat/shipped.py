"""Where the files that travel with the program are: inside the installed package, or at the root of a checkout."""

from pathlib import Path
from typing import Literal

import surveyplat


def shipped_folder(name: Literal["questionnaires", "alembic_like"]) -> Path:
    """The folder ``name``, from ``surveyplat/_shipped`` when installed from a wheel, else from the checkout."""
    package = Path(surveyplat.__file__).resolve().parent
    installed = package / "_shipped" / name
    return installed if installed.is_dir() else package.parent / name
