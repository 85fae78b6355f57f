"""Freezing a period: its rows become one immutable file, known by their hash, recorded once and for good.

The database says who won: whichever freeze records its snapshot first, every other one, now or later, gets that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from surveyplat.audit.canonical import canonical_json
from surveyplat.audit.columns import snapshot_columns
from surveyplat.audit.gathering import Gathered, Selection, gather, leading_definition
from surveyplat.audit.manifest import FieldworkCounts, count_fieldwork, make_manifest
from surveyplat.audit.periods import Period
from surveyplat.audit.recording import StoredSnapshot, find_snapshot, record_snapshot
from surveyplat.audit.snapshot_file import verify_snapshot, write_snapshot
