import pytest

from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.simulation.events import SyntheticEvent, synthetic_events


@pytest.fixture(scope="session")
def events() -> tuple[SyntheticEvent, ...]:
    return synthetic_events()


@pytest.fixture(scope="session")
def csi() -> Definition:
    return load_definition(shipped_folder("questionnaires") / "csi.yaml")


@pytest.fixture(scope="session")
def iqs() -> Definition:
    return load_definition(shipped_folder("questionnaires") / "iqs.yaml")
