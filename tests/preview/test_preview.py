"""A preview as a real process: what it shows, that it follows the file, and that nothing is left of it."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from surveyplat.web.server_process import free_port

ASKED = """\
surveyplat: 1
study: tiny
version: "1"
title: {en: Tiny, zh-Hans: 小问卷}
languages: [en, zh-Hans]
minutes: 1
introduction: {en: Two questions., zh-Hans: 两个问题。}
thanks: {en: Thanks., zh-Hans: 谢谢。}
pages:
  - id: visit
    title: {en: "Your {model|car} at {dealer}", zh-Hans: "您在{dealer}的{model|车}"}
    items:
      - id: solved
        type: single
        text: {en: Is the problem solved?, zh-Hans: 问题解决了吗？}
        choices:
          - {code: "yes", text: {en: "Yes", zh-Hans: 是}}
          - {code: "no", text: {en: "No", zh-Hans: 否}}
measurement: {}
fieldwork: {trigger: service, delay_days: 3, expires_days: 21, occasion: event}
"""
WITHIN_SECONDS = 120


@dataclass
class Preview:
    process: subprocess.Popen
    output: Path
    temporary: Path
    link: str

    def printed(self):
        return self.output.read_text(encoding="utf-8")

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(WITHIN_SECONDS)


@contextmanager
def running(folder, *arguments, **environment):
    temporary = folder / "temporary"
    temporary.mkdir()
    output = folder / "printed.txt"
    command = [sys.executable, "-m", "surveyplat.cli", "preview", *map(str, arguments), "--port", str(free_port())]
    known = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYPLAT_")}
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**known, "TMPDIR": str(temporary), **environment},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Preview(process, output, temporary, _link(process, output))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _link(process, output):
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"Preview on (http://\S+)", output.read_text(encoding="utf-8"))
        if found:
            try:
                httpx.get(found[1], timeout=WITHIN_SECONDS, verify=False)
            except httpx.TransportError:
                continue
            return found[1]
        time.sleep(0.05)
    raise AssertionError(output.read_text(encoding="utf-8"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(ASKED, encoding="utf-8")
    return path


@pytest.fixture
def preview(tmp_path, file):
    with running(tmp_path, file, "--language", "en", "--model", "Borealis", "--dealer", "North Street") as started:
        yield started


@pytest.fixture
def browser():
    with httpx.Client(follow_redirects=True, timeout=WITHIN_SECONDS) as client:
        yield client


def save(file, before, after):
    file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def stamp_of(page):
    return re.search(r'name="stamp" value="([^"]+)"', page.text)[1]


def answer(browser, preview, page, **fields):
    stamp = stamp_of(browser.get(f"{preview.link}/{page}"))
    return browser.post(f"{preview.link}/{page}", data={"stamp": stamp, **fields})


def test_the_real_pages_are_filled_in_to_the_receipt_and_started_again(preview, browser):
    introduction = browser.get(preview.link)
    assert introduction.status_code == 200
    assert "Two questions." in introduction.text
    assert "Preview: nothing that you enter is kept." in introduction.text
    assert "Your Borealis at North Street" in browser.get(f"{preview.link}/visit").text
    assert "Start again" not in introduction.text
    receipt = answer(browser, preview, "visit", solved="yes")
    assert receipt.url.path.endswith("/receipt")
    assert "Start again" in receipt.text
    again = browser.post(httpx.URL(preview.link).join("/preview/restart"))
    assert str(again.url) == preview.link
    assert "Two questions." in again.text


def test_the_banner_speaks_the_language_of_the_page(preview, browser):
    assert "预览：您填写的内容不会保留。" in browser.get(f"{preview.link}?lang=zh-Hans").text


def test_a_saved_change_shows_up_under_the_same_link_and_starts_the_answers_again(preview, browser, file):
    assert answer(browser, preview, "visit", solved="no").url.path.endswith("/receipt")
    save(file, "Is the problem solved?", "Is it really solved?")
    changed = browser.get(f"{preview.link}/visit")
    assert "Is it really solved?" in changed.text
    assert " checked" not in changed.text.partition("<main>")[2].partition("</main>")[0]


def test_a_new_comment_keeps_the_answers(preview, browser, file):
    answer(browser, preview, "visit", solved="no")
    save(file, "surveyplat: 1", "# a comment\nsurveyplat: 1")
    assert browser.get(preview.link).url.path.endswith("/receipt")


def test_faults_are_a_page_and_go_when_they_are_mended(preview, browser, file):
    save(file, "type: single", "type: singel")
    faulty = browser.get(f"{preview.link}/visit")
    assert faulty.status_code == 422
    assert f"{file}:14:15" in faulty.text
    assert "singel" in faulty.text
    assert "singel" in preview.printed()
    save(file, "type: singel", "type: single")
    assert browser.get(f"{preview.link}/visit").status_code == 200


def test_a_file_with_faults_at_the_start_is_served_too(tmp_path, file, browser):
    save(file, "minutes: 1", "minutes: none")
    with running(tmp_path, file) as preview:
        assert "minutes is" in browser.get(preview.link).text
        save(file, "minutes: none", "minutes: 1")
        assert "Two questions." in browser.get(preview.link).text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_the_end_leaves_nothing_behind(tmp_path, preview, browser, number):
    answer(browser, preview, "visit", solved="yes")
    assert list(preview.temporary.iterdir())
    assert preview.stop(number) == 0
    assert not list(preview.temporary.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"tiny.yaml", "printed.txt", "temporary"}
    assert "Traceback" not in preview.printed()


def test_no_setting_of_the_instance_is_read(tmp_path, file, browser):
    production = {
        "SURVEYPLAT_ENVIRONMENT": "production",
        "SURVEYPLAT_DATABASE_URL": f"sqlite:///{tmp_path / 'instance.db'}",
        "SURVEYPLAT_PORT": "no number",
    }
    with running(tmp_path, file, **production) as preview:
        assert browser.get(preview.link).status_code == 200
    assert not (tmp_path / "instance.db").exists()


def test_a_shipped_study_is_named_by_its_name(tmp_path, browser):
    with running(tmp_path, "csi", "--language", "zh-Hans") as preview:
        assert 'lang="zh-Hans"' in browser.get(preview.link).text


def failed(*arguments):
    command = [sys.executable, "-m", "surveyplat.cli", "preview", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_SECONDS)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    return run.stderr


def test_what_cannot_be_previewed_is_told_in_a_sentence(file):
    assert "Did you mean csi?" in failed("csii")
    assert "there is no such file" in failed("absent.yaml")
    assert "It speaks en, zh-Hans" in failed(file, "--language", "fr", "--port", free_port())
