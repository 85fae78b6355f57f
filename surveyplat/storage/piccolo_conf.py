"""Where Piccolo looks for the engine and for the migrations."""

from piccolo.conf.apps import AppRegistry

from surveyplat.storage.context import ContextEngine

DB = ContextEngine()
APP_REGISTRY = AppRegistry(apps=["surveyplat.storage.piccolo_app"])
