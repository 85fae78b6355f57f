"""The one Piccolo app: its tables and where its migrations are."""

from piccolo.conf.apps import AppConfig

from surveyplat.shipped import shipped_folder
from surveyplat.storage.tables import TABLES

APP_NAME = "surveyplat"
APP_CONFIG = AppConfig(
    app_name=APP_NAME,
    migrations_folder_path=str(shipped_folder("alembic_like")),
    table_classes=list(TABLES),
)
