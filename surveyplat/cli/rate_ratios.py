"""How ratios of problem rates are printed, and how intervals and comparisons of such rates were made."""

METHODS = {
    "difference": "difference",
    "log_linearised": "linearised",
    "negative_binomial": "negative binomial",
    "exact_poisson": "exact",
    "exact_conditional": "exact",
    "quasi_poisson": "log ratio",
    "exact_without_events": "exact",
}


def ratio_cells(ratio: float | None, low: float, high: float | None) -> tuple[str, str]:
    """A ratio of rates with its interval; to a rate of 0 there is a lower end only."""
    if ratio is None or high is None:
        return "from none", f"above {low:.2f}"
    return f"{ratio:.2f}", f"{low:.2f} – {high:.2f}"
