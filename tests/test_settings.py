"""Settings stop the start with the name of what is wrong, and secrets are made once."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from surveyplat.errors import SettingsError
from surveyplat.settings import load_settings

KEY = "ab" * 32


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    """No setting of this machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("SURVEYPLAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://host/db"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "postgresql://host:99999/db"),
        ("HOST", "localhost"),
        ("MAIL_FROM", "surveys"),
        ("MAIL_FROM", "a@example.com\nBcc: b@example.com"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("WORKERS", "0"),
        ("BASE_URL", "survey.example.com"),
        ("SMTP_URL", "mail.example.com:25"),
        ("LINK_KEY", "short"),
        ("DATA_KEY", "zz" * 32),
        ("CLOCK", "2026-10-20T09:00:00"),
        ("CLOCK", "yesterday"),
        ("ENVIRONMENT", "staging"),
        ("SYNTHETIC", "perhaps"),
    ],
)
def test_a_malformed_setting_is_named_with_its_meaning(monkeypatch, name, value):
    monkeypatch.setenv(f"SURVEYPLAT_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (fault,) = refused.value.faults
    assert fault.place == f"SURVEYPLAT_{name}"
    assert fault.fix


def test_all_malformed_settings_are_named_at_once(monkeypatch):
    monkeypatch.setenv("SURVEYPLAT_PORT", "x")
    monkeypatch.setenv("SURVEYPLAT_BASE_URL", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [fault.place for fault in refused.value.faults] == ["SURVEYPLAT_BASE_URL", "SURVEYPLAT_PORT"]


def test_a_refused_secret_is_not_printed(monkeypatch):
    monkeypatch.setenv("SURVEYPLAT_LINK_KEY", "hush" * 3)
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", "mysql://user:hunter2@host/db")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "hush" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("SURVEYPLAT_PORT=8001\nSURVEYPLAT_WORKERS=3\n", encoding="utf-8")
    monkeypatch.setenv("SURVEYPLAT_PORT", "8002")
    settings = load_settings()
    assert (settings.port, settings.workers) == (8002, 3)


@pytest.mark.parametrize("given", [{}, {"LINK_KEY": KEY}, {"DATA_KEY": KEY}])
def test_production_demands_both_keys(monkeypatch, given):
    monkeypatch.setenv("SURVEYPLAT_ENVIRONMENT", "production")
    for name, value in given.items():
        monkeypatch.setenv(f"SURVEYPLAT_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    for name in {"LINK_KEY", "DATA_KEY"} - set(given):
        assert f"SURVEYPLAT_{name}" in str(refused.value)


def test_production_refuses_a_set_clock(monkeypatch):
    for name, value in {"ENVIRONMENT": "production", "LINK_KEY": KEY, "DATA_KEY": KEY}.items():
        monkeypatch.setenv(f"SURVEYPLAT_{name}", value)
    assert load_settings().keys.link == bytes.fromhex(KEY)
    monkeypatch.setenv("SURVEYPLAT_CLOCK", "2026-10-20T09:00:00+08:00")
    with pytest.raises(SettingsError, match="SURVEYPLAT_CLOCK"):
        load_settings()


def test_development_secrets_are_made_once_for_their_owner_alone(tmp_path):
    first = load_settings(data_dir=tmp_path / "data").keys
    again = load_settings(data_dir=tmp_path / "data").keys
    assert (first.link, first.data) == (again.link, again.data)
    assert first.link != first.data
    assert stat.S_IMODE((tmp_path / "data" / "secrets.env").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secrets(tmp_path):
    asked = f"load_settings(data_dir={str(tmp_path)!r}).keys.link.hex()"
    ask = f"from surveyplat.settings import load_settings; print({asked})"

    def start(_):
        return subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(4) as together:
        assert len(set(together.map(start, range(4)))) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("secrets")] == ["secrets.env"]


def test_damaged_secrets_stop_the_start_and_are_kept(tmp_path):
    (tmp_path / "secrets.env").write_text("SURVEYPLAT_LINK_KEY=ab\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="damaged"):
        _ = load_settings(data_dir=tmp_path).keys
    assert (tmp_path / "secrets.env").read_text(encoding="utf-8") == "SURVEYPLAT_LINK_KEY=ab\n"


def test_a_key_that_is_set_alone_is_used_beside_a_created_one(monkeypatch, tmp_path):
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(tmp_path))
    created = load_settings().keys
    monkeypatch.setenv("SURVEYPLAT_LINK_KEY", KEY)
    keys = load_settings().keys
    assert (keys.link.hex(), keys.data) == (KEY, created.data)


def test_a_data_folder_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(SettingsError, match="SURVEYPLAT_DATA_DIR"):
        load_settings().keys  # noqa: B018


def test_a_settings_file_that_is_not_utf8_is_named(tmp_path):
    (tmp_path / ".env").write_bytes(b"SURVEYPLAT_PORT=\xff")
    with pytest.raises(SettingsError, match=r"\.env.*UTF-8"):
        load_settings()
