"""What a library prints by itself never stands before a document on the standard output."""

import os

import pytest

from surveyplat.cli.library_output import library_output_among_errors


def test_native_output_goes_among_the_errors_and_only_meanwhile(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(1, b"before\n")
    with library_output_among_errors():
        os.write(1, b"a remark of the solver\n")
    os.write(1, b"after\n")
    assert capfd.readouterr() == ("before\nafter\n", "a remark of the solver\n")


def test_the_standard_output_is_back_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="lost"), library_output_among_errors():
        raise ValueError("lost")
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"
