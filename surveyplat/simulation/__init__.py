"""A synthetic dealer group with planted truths."""
