"""XLSForm into the definition language: what has a counterpart is converted, and everything else is named."""
