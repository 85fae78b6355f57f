"""The comparison report: for auditors, two or more periods side by side, and whether they may be compared at all."""
