"""What a group of processes uses of the processors is counted for that group alone."""

import subprocess
import sys

from surveyplat.bench.processor import processor_seconds

_WORK = "import time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\ninput()"


def test_the_work_of_a_process_group_is_counted_and_no_other_work():
    with subprocess.Popen(
        [sys.executable, "-c", _WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout.readline() == b"done\n"
        used = processor_seconds(process.pid)
        process.communicate(b"\n")
    assert 0.19 <= used < 5
    assert processor_seconds(process.pid) == 0
