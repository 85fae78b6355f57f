"""A machine without PostgreSQL, for the benchmarks' tests."""

from contextlib import contextmanager

from surveyplat.errors import PostgresAbsent


@contextmanager
def no_server(*options):
    raise PostgresAbsent("no PostgreSQL server here")
    yield
