"""What libraries print past Python, kept off the standard output, where documents are printed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_OUTPUT, _ERRORS = 1, 2


@contextmanager
def library_output_among_errors() -> Iterator[None]:
    """Meanwhile all that is written to the process's standard output goes to its standard error.

    HiGHS, behind scipy's ``milp``, prints a line where it repairs a solution that its rounding made infeasible
    ("transformNewIntegerFeasibleSolution"), about once in a hundred tables and whatever is asked of it; before a JSON
    document it would make this unreadable.
    """
    kept = os.dup(_OUTPUT)
    try:
        os.dup2(_ERRORS, _OUTPUT)
        yield
    finally:
        os.dup2(kept, _OUTPUT)
        os.close(kept)
