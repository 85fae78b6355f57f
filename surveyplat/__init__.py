"""Surveys and satisfaction measurement for car makers and dealer groups."""

__version__ = "0.1.0"
