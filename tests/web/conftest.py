"""Real servers and a real browser for the tests of this folder."""

import shutil

import pytest
import web_site
from instances import settings_of_its_own
from playwright.async_api import async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
expect.set_options(timeout=web_site.PATIENCE)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
async def chromium():
    """One browser for the tests of a module; each makes a context of its own, which is as good as a new device."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's chromium to run the browser tests")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def server_environment(settings):
    """The settings of the test's instance, as a server process reads them."""
    return web_site.environment(settings)


@pytest.fixture(scope="module")
def site(migrated_sqlite, tmp_path_factory):
    """One server for the tests of a module that look at pages: what is stored where is not their matter."""
    folder = tmp_path_factory.mktemp("site")
    copy = shutil.copy(migrated_sqlite, folder / "surveyplat.db")
    with (
        settings_of_its_own(f"sqlite:///{copy}", folder / "data") as settings,
        web_site.running_site(settings) as running,
    ):
        yield running
