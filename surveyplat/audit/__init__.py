"""The frozen period and the log of what happened to it."""
