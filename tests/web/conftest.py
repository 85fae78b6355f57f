"""Real servers for the tests of this folder."""

import cast
import pytest


@pytest.fixture
def server_environment(settings):
    """The settings of the test's instance, as a server process reads them."""
    return {
        "SURVEYPLAT_DATABASE_URL": settings.database_url,
        "SURVEYPLAT_DATA_DIR": str(settings.data_dir),
        "SURVEYPLAT_LINK_KEY": settings.link_key.get_secret_value(),
        "SURVEYPLAT_DATA_KEY": settings.data_key.get_secret_value(),
        "SURVEYPLAT_CLOCK": cast.NOW.isoformat(),
    }
