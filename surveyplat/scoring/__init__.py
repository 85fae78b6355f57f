"""Arrays become indices, PP100, drivers and comparisons: pure numbers."""
