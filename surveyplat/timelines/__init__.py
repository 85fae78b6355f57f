"""A study over many periods: control charts up to a period, and the effect of an action between two of them."""
