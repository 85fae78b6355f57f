"""Where long work is done: here, in processes of this machine, or on a Dask cluster."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from surveyplat.errors import ClusterUnavailable

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
_SECONDS_TO_CONNECT = 10
_RETRIES = 3
_INSTALL = "Install surveyplat with the extra dask: pip install 'surveyplat[dask]'"


@contextmanager
def executor_for(workers: int = 1, cluster: str | None = None) -> Iterator[Executor | None]:
    """The executor of ``workers`` processes, of a Dask scheduler's address, or None to work in this process.

    Raises ``ClusterUnavailable`` when Dask is not installed, does not answer, or lost a piece of work for good.
    """
    if cluster is not None:
        with _on_cluster(cluster) as executor:
            yield executor
    elif workers > 1:
        with _one_thread_each(), ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            yield executor
    else:
        yield None


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes that start meanwhile compute with one thread each: they share the cores already."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _on_cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client, KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise ClusterUnavailable(f"{address}: Dask is not installed here. {_INSTALL}") from error
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        fix = "Check the address, and that `dask scheduler` runs there"
        raise ClusterUnavailable(
            f"{address}: no Dask scheduler answered within {_SECONDS_TO_CONNECT} s. {fix}"
        ) from error
    try:
        with client, client.get_executor(pure=False, retries=_RETRIES) as executor:
            yield executor
    except (KilledWorker, CommClosedError) as error:
        fix = "Nothing was changed: run it again, with more memory for each worker when they ran out of it"
        raise ClusterUnavailable(f"{address}: the cluster lost a piece of work. {fix}") from error
