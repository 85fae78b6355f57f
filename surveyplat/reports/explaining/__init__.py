"""How one published number came about, in words and with its arithmetic, so that it can be recomputed by hand."""
