"""Engine, the writer, tables and migration, for SQLite and PostgreSQL alike."""

import os

# Piccolo finds the engine of every table, those of old migrations too, in the module of this name.
os.environ["PICCOLO_CONF"] = "surveyplat.storage.piccolo_conf"
