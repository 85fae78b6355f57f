"""The demonstration as a newcomer runs it: twice, each from clean, with the same reports."""

import shutil
import subprocess
import sys
from hashlib import sha256

import pytest


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs side by side, with different hash seeds, time zones and locales."""
    home = tmp_path_factory.mktemp("demo")
    odd = ({"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"}, {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C"})
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "surveyplat.cli", "demo", "--folder", str(home / f"run{number}"), "--no-serve"],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "200", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        for number, environment in enumerate(odd)
    ]
    printed = [process.communicate(timeout=900)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], printed
    return home, printed


def reports(home, number):
    folder = home / f"run{number}"
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.pdf"))}


def test_both_quarters_of_both_studies_are_reported_in_both_languages(runs):
    home, printed = runs
    made = reports(home, 0)
    assert len(made) == 8
    assert all(str(path) in printed[0] for path in made.values())


def test_every_planted_truth_is_found_again(runs):
    _, printed = runs
    verdicts = [line for line in printed[0].splitlines() if line.rstrip().endswith(("yes │", "NO  │"))]
    assert len(verdicts) == 4
    assert all("yes" in line for line in verdicts), printed[0]


def test_at_least_200_surveys_went_over_http(runs):
    _, printed = runs
    line = next(line for line in printed[0].splitlines() if "submitted over HTTP" in line)
    assert int(line.split(" surveys submitted over HTTP")[0].split()[-1]) >= 200


def test_a_second_run_from_clean_gives_the_same_bytes(runs):
    home, _ = runs
    first, second = reports(home, 0), reports(home, 1)
    assert list(first) == list(second)
    for name, path in first.items():
        assert sha256(path.read_bytes()).digest() == sha256(second[name].read_bytes()).digest(), name


def test_every_report_is_a_sound_pdf(runs):
    if shutil.which("qpdf") is None:
        pytest.skip("no qpdf on this machine: install it to check the PDFs' structure")
    home, _ = runs
    for path in reports(home, 0).values():
        checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def in_folder(folder, *command):
    """The command as somebody runs it who went into the folder, with no settings but those of its ``.env``."""
    return subprocess.run(
        [sys.executable, "-m", "surveyplat.cli", *command],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_copied_demonstration_works_on_the_copy(runs, tmp_path):
    home, _ = runs
    copy = shutil.copytree(home / "run1", tmp_path / "copy")
    shutil.rmtree(copy / "reports")
    made = in_folder(copy, "report", "csi", "2026-Q3", "--lang", "en")
    assert made.returncode == 0, made.stderr
    assert len(list((copy / "reports").rglob("*.pdf"))) == 1
    exported = in_folder(copy, "export", "csi", "2026-Q3")
    assert exported.returncode == 0, exported.stderr
    assert (home / "run1" / "surveyplat.db").read_bytes() != (copy / "surveyplat.db").read_bytes()
