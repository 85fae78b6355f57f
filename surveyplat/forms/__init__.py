"""A definition becomes a page, a page becomes typed answers."""
