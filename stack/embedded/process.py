"""Child processes that never outlive us and never see the Ctrl-C meant for us."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

# prctl(2): ask the kernel for a signal when the parent is gone.
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec must not load libraries.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
# What the caller's shell exports (CLUSTER_ID, LISTENER_URL, a missing locale) must not reach a server.
_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
_PAUSE_S = 0.02

Argv = Sequence[str | Path]


class StartError(RuntimeError):
    """A server did not come up; the message names it and ends with the last lines it wrote."""


def die_with_parent(parent: int, last_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: `last_signal` for the child when the spawning thread ends, or has already.

    The kernel watches the thread that forked, so spawn from one that lives as long as the process.
    """

    def ask() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, last_signal)
            if os.getppid() != parent:
                os._exit(1)

    return ask


def spawn(
    argv: Argv, *, log: Path, last_signal: signal.Signals = signal.SIGTERM
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, its output appended to `log`.

    `last_signal` is what it gets when we die without stopping it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            start_new_session=True,
            # It calls one C function loaded before the fork and takes no lock.
            preexec_fn=die_with_parent(os.getpid(), last_signal),  # noqa: PLW1509
        )


def stop(process: subprocess.Popen[bytes], *, grace_s: float) -> None:
    """SIGTERM, and SIGKILL when the process is still there after `grace_s` seconds."""
    process.terminate()
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL, and wait until the kernel has taken the process away."""
    process.kill()
    process.wait()


def wait_until(
    ready: Callable[[], bool],
    process: subprocess.Popen[bytes],
    *,
    log: Path,
    within_s: float,
) -> None:
    """Return when `ready()`; StartError when the process ends first or `within_s` seconds have passed."""
    deadline = monotonic() + within_s
    while not ready():
        if ended(process):
            raise StartError(
                f"{_name(process)} ended with code {process.returncode}.\n{_tail(log)}"
            )
        if monotonic() > deadline:
            raise StartError(f"{_name(process)} was not ready in {within_s:g} s.\n{_tail(log)}")


def ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process is gone; pauses a moment for it, so that a loop around it does not spin."""
    try:
        process.wait(_PAUSE_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def accepts(port: int) -> bool:
    """Whether something on this machine accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def refuse_taken(port: int, name: str) -> None:
    """StartError when the port is taken: else we would talk to a stranger's server."""
    if accepts(port):
        raise StartError(
            f"Port {port}, meant for {name}, is taken. Stop what listens there, or choose another "
            "block of ports with ROSTRUM_PORT."
        )


def _name(process: subprocess.Popen[bytes]) -> str:
    return Path(process.args[0]).name if isinstance(process.args, list) else str(process.args)


def _tail(log: Path, lines: int = 5) -> str:
    written = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log}:", *written[-lines:]])
