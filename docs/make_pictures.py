"""Makes the pictures in README from a finished demonstration: python docs/make_pictures.py demo-data

Needs Chromium and the development requirements. The demonstration's survey page is photographed on a 390-pixel screen,
its report page is drawn from the PDF.
"""

import asyncio
import shutil
import sys
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps
from playwright.async_api import async_playwright

from surveyplat.demo.calendar import end
from surveyplat.demo.instance import demo_environment, enter_instance
from surveyplat.demo.run import link_to_try
from surveyplat.reports.phrases import phrases
from surveyplat.storage.database import open_database
from surveyplat.web.server_process import running_server

PICTURES = Path(__file__).parent / "pictures"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2}


async def survey_link(folder: Path) -> str:
    settings = enter_instance(folder, end())
    async with open_database(settings.database_url) as db:
        return (await link_to_try(db, settings, folder)).removeprefix(settings.base_url)


async def photograph_survey(folder: Path) -> list[Path]:
    link = await survey_link(folder)
    made = []
    with running_server(demo_environment(folder, end())) as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = await (await browser.new_context(**PHONE)).new_page()
            for language in ("zh-Hans", "en"):
                await page.goto(f"{server.address}{link}/initiation?lang={language}")
                await page.locator('label:has(input[name="booking_ease"][value="9"])').click()
                made.append(PICTURES / f"survey-{language}.png")
                await page.screenshot(path=made[-1])
            await browser.close()
    return made


def draw_report(folder: Path) -> list[Path]:
    """The pages on which the summary and the dealers' section begin."""
    made = []
    for language in ("zh-Hans", "en"):
        pdf = next((folder / "reports" / "csi" / "2026-Q3").glob(f"csi-2026-Q3-{language}-*.pdf"))
        document = pypdfium2.PdfDocument(pdf)
        begins = {mark.get_title(): mark.get_dest().get_index() for mark in document.get_toc()}
        for section in ("summary", "dealers"):
            made.append(PICTURES / f"report-{language}-{section}.png")
            page = document[begins[phrases(language)[section]]]
            page.render(scale=1.3).to_pil().save(made[-1])
    return made


def small(path: Path) -> None:
    """A thin frame, and 160 colours are enough for text and lines."""
    picture = ImageOps.expand(Image.open(path).convert("RGB"), border=2, fill="#c8d0d8")
    picture.quantize(160).save(path, optimize=True)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for picture in (*asyncio.run(photograph_survey(Path(sys.argv[1]))), *draw_report(Path(sys.argv[1]))):
        small(picture)
