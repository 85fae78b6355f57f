"""Correcting a frozen period: from what a quality manager found wrong to the next revision, or to what it would be."""
