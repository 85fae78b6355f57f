"""A small study of three quarters, published: every report sealed, the frozen rows beside them."""

import io
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pikepdf

from surveyplat.audit.notes import Signer, signer_of
from surveyplat.audit.periods import parse_period
from surveyplat.audit.proofs import AuditLog, read_log
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import load_study
from surveyplat.pipeline import freeze_period, report_period
from surveyplat.reports.attachments import BUNDLE
from surveyplat.reports.bundle import Bundle
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.seal import taken_apart
from surveyplat.reports.sealing import seal_report
from surveyplat.settings import Settings, load_settings
from surveyplat.storage.database import open_database
from surveyplat.timelines.comparing import report_comparison
from surveyplat.timelines.walking import Instance

NOW = datetime(2026, 12, 1, tzinfo=UTC)
QUARTERS = {"2026-Q1": 9, "2026-Q2": 8, "2026-Q3": 10}
"""Each with the best answer to the first question."""
STUDY = """
surveyplat: 1
study: wash
version: "1"
title: {en: The car wash, zh-Hans: 洗车调查}
languages: [en, zh-Hans]
minutes: 1
introduction: {en: Two questions., zh-Hans: 两个问题。}
thanks: {en: Thank you., zh-Hans: 谢谢。}
scales:
  points: {minimum: 1, maximum: 10, labels: {1: {en: Bad, zh-Hans: 差}, 10: {en: Good, zh-Hans: 好}}}
pages:
  - id: wash
    title: {en: The wash, zh-Hans: 洗车}
    items:
      - {id: shine, type: rating, scale: points, text: {en: The shine, zh-Hans: 光泽}}
      - {id: speed, type: rating, scale: points, text: {en: The speed, zh-Hans: 速度}}
measurement:
  overall: shine
  indices:
    - id: wash
      title: {en: Wash index, zh-Hans: 洗车指数}
      total: 1000
      usable_share: 0.5
      weights_source: Equal weights
      factors:
        - {id: look, title: {en: Look, zh-Hans: 外观}, weight: 1, items: [shine]}
        - {id: pace, title: {en: Pace, zh-Hans: 速度}, weight: 1, items: [speed]}
fieldwork: {trigger: service, delay_days: 1, expires_days: 30, occasion: event}
"""


@dataclass(frozen=True)
class Published:
    """The reports of a quarter after two others, and who signed them."""

    report: bytes
    """Of the study in the newest quarter: it rests on all three."""
    other: bytes
    """The same in Chinese."""
    comparison: bytes
    """Of all three quarters."""
    signer: Signer
    settings: Settings
    log: AuditLog
    """As it is after all of them."""

    @property
    def snapshots(self) -> Path:
        return self.settings.data_dir / "snapshots"

    @property
    def made(self) -> bytes:
        apart = taken_apart(self.report)
        assert apart is not None
        return apart.made

    @property
    def seal(self) -> dict[str, Any]:
        apart = taken_apart(self.report)
        assert apart is not None
        return dict(json.loads(apart.seal))

    @property
    def bundle(self) -> Bundle:
        return bundle_from_json(attached(self.report, BUNDLE).decode())

    def by_an_insider(self, bundle: Bundle) -> bytes:
        """Made anew from another bundle, and signed with the publisher's own key."""
        return seal_report(make_report(bundle), bundle, self.seal["log"], self.signer)


async def publish(folder: Path, template: Path) -> Published:
    (folder / "own").mkdir()
    (folder / "own" / "wash.yaml").write_text(STUDY, encoding="utf-8")
    shutil.copy(template, folder / "surveyplat.db")
    settings = load_settings(
        _env_file=None,
        data_dir=folder / "data",
        database_url=f"sqlite:///{folder / 'surveyplat.db'}",
        questionnaires=folder / "own",
        base_url="https://survey.example",
        link_key="11" * 32,
        data_key="22" * 32,
        seal_key="33" * 32,
    )
    reports = []
    async with open_database(settings.database_url) as db:
        for name, best in QUARTERS.items():
            source = folder / f"{name}.csv"
            source.write_text(answers(name, best), encoding="utf-8")
            period = parse_period(name)
            study = load_study("wash", settings.questionnaires)
            await import_responses(db, study, source, name, data_dir=settings.data_dir, now=NOW)
            await freeze_period(db, settings, "wash", period, now=NOW)
            await report_period(db, settings, "wash", period, "en", now=NOW)
        for language in ("en", "zh-Hans"):
            made = await report_period(db, settings, "wash", parse_period("2026-Q3"), language, now=NOW)
            assert made.is_sealed
            reports.append(made.path.read_bytes())
        periods = [parse_period(name) for name in QUARTERS]
        made = await report_comparison(Instance(db, settings, "wash"), periods, "en", now=NOW)
        reports.append(made.path.read_bytes())
        log = await read_log(db)
    return Published(*reports, signer_of(settings), settings, log)


def answers(seed: str, best: int) -> str:
    random = Random(seed)
    rows = (f"{seed}-{n},{random.randint(3, best)},{random.randint(2, best)}" for n in range(150))
    return "\n".join(["respondent,shine,speed", *rows, ""])


def attached(report: bytes, name: str) -> bytes:
    with pikepdf.open(io.BytesIO(report)) as pdf:
        return bytes(pdf.attachments[name].get_file().read_bytes())
