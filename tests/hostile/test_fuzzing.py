"""The fuzzer's target runs, for a bounded time, and finds nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SECONDS = 10


def test_no_bytes_make_a_reader_fail_otherwise_than_it_may(tmp_path: Path) -> None:
    target = Path(__file__).with_name("fuzz_readers.py")
    command = [sys.executable, str(target), f"-max_total_time={SECONDS}", "-rss_limit_mb=0", "-timeout=10"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30 * SECONDS, check=False)
    assert ran.returncode == 0, ran.stderr[-4000:]
    done = re.search(r"Done (\d+) runs", ran.stderr)
    assert done is not None
    assert int(done[1]) > 1000
