"""Names that SPSS takes for variables, made from the names of columns."""

from collections.abc import Iterable

_LONGEST = 64
"""Bytes; the names of columns are ASCII."""
_RESERVED = frozenset({"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"})


def spss_names(names: Iterable[str]) -> dict[str, str]:
    """Each name as SPSS takes it: at most 64 characters, no reserved word, none that differs only in case.

    A name that is fit stays as it is; another one is cut and numbered. The same names give the same result.
    """
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        fit = name[:_LONGEST].rstrip("_")
        number = 1
        while fit.upper() in taken | _RESERVED:
            number += 1
            ending = f"_{number}"
            fit = name[: _LONGEST - len(ending)].rstrip("_") + ending
        given[name] = fit
        taken.add(fit.upper())
    return given
