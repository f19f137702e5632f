"""Children never outlive us and never see our Ctrl-C."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack.embedded import process
from tests.support.waiting import eventually

_PARENT = """
import sys
from pathlib import Path
from stack.embedded.process import spawn
print(spawn(["sleep", "600"], log=Path(sys.argv[1])).pid, flush=True)
sys.stdin.read()
"""


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.kill()
    eventually(lambda: not _is_alive(child))


def test_a_child_is_the_leader_of_a_session_of_its_own(tmp_path: Path) -> None:
    child = process.spawn(["sleep", "600"], log=tmp_path / "log")
    try:
        assert os.getsid(child.pid) == child.pid
    finally:
        process.stop(child, grace_s=1)


def test_a_server_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = process.spawn(["sh", "-c", "echo no room for data; exit 3"], log=log)
    with pytest.raises(process.StartError, match=r"code 3[\s\S]*no room for data"):
        process.wait_until(lambda: False, child, log=log, within_s=5)
