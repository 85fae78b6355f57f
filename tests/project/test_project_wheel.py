"""The built wheel works away from the checkout, with everything that it needs inside."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from verification.forging import PUBLISHER, genuine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(out),
        str(ROOT),
    ]
    subprocess.run(build, check=True)
    (built,) = out.glob("surveyplat-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment of its own with the wheel in it; the dependencies are lent from this one, the checkout is not."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "env", with_pip=False)
    (packages,) = (home / "env" / "lib").glob("python*/site-packages")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages), str(wheel)]
    subprocess.run(install, check=True)
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home


def run(home, *arguments):
    command = [str(home / "env" / "bin" / "python"), "-m", "surveyplat.cli", *arguments]
    clean = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=home, env=clean, capture_output=True, text=True, check=False)


def test_questionnaires_templates_fonts_and_migrations_travel_inside_the_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for carried in (
        "surveyplat/_shipped/questionnaires/csi.yaml",
        "surveyplat/_shipped/questionnaires/shared/complaint.yaml",
        "surveyplat/_shipped/alembic_like/",
        "surveyplat/web/templates/page.html",
        "surveyplat/reports/fonts/NotoSansSC-Regular.ttf",
        "surveyplat/reports/fonts/OFL.txt",
    ):
        assert any(name.startswith(carried) for name in names), carried
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"surveyplat"}


def test_the_installed_command_checks_migrates_and_imports_away_from_the_checkout(installed):
    where = run(installed, "--version")
    assert where.stdout.startswith("surveyplat "), where.stderr
    assert run(installed, "check").returncode == 0
    migrated = run(installed, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert (installed / "surveyplat-data" / "surveyplat.db").is_file()
    answers = installed / "answers.csv"
    items = [f"CUSA{number}" for number in (1, 2, 3)]
    answers.write_text("\n".join([",".join(items), *["8,7,9"] * 40]), encoding="utf-8")
    for arguments in (("import-responses", "ecsi", str(answers), "--period", "2025"), ("freeze", "ecsi", "2025")):
        done = run(installed, *arguments)
        assert done.returncode == 0, done.stderr


def test_the_installed_command_verifies_a_report_without_database_or_settings(installed, tmp_path):
    """An auditor's machine: the report, the publisher's key, and nothing else."""
    (tmp_path / "report.pdf").write_bytes(genuine())
    done = run(installed, "verify", str(tmp_path / "report.pdf"), "--key", str(PUBLISHER.public))
    assert (done.returncode, done.stderr) == (3, "")
    assert "consistent  yes: drawn again from its bundle it has the same bytes" in done.stdout
