"""Scores become findings, findings become content, content becomes a PDF."""
