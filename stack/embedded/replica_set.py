"""First start of a mongod with authentication: found the replica set, make the administrator."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, ClassVar

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from stack.embedded.process import StartError

_UNAUTHORIZED = 13
_AUTHENTICATION_FAILED = 18
_ALREADY_INITIALIZED = 23
_PAUSE_S = 0.02

Client = MongoClient[dict[str, Any]]


class ReplicaSetOfOne:
    """The steps between an accepting mongod and a writable one; each is safe to repeat."""

    NAME: ClassVar[str] = "rs0"

    def __init__(self, port: int, user: str, password: str) -> None:
        self._member = f"127.0.0.1:{port}"
        self._user = user
        self._password = password

    def prepare(self, *, within_s: float) -> None:
        """Return when the administrator can write; StartError when that takes longer than `within_s`.

        The administrator is made last, so where one exists everything before has happened.
        """
        self._deadline = monotonic() + within_s
        if not self._administrator_exists():
            with self._stranger() as stranger:
                self._found(stranger)
                self._until(lambda: _is_writable(stranger))
                self._make_administrator(stranger)
        with self._administrator() as administrator:
            self._follow_port(administrator)
            self._until(lambda: _is_writable(administrator))

    def _stranger(self) -> Client:
        """Unauthenticated: mongod lets the first administrator be made from loopback only."""
        return MongoClient(self._member, directConnection=True, serverSelectionTimeoutMS=5_000)

    def _administrator(self) -> Client:
        return MongoClient(
            self._member,
            directConnection=True,
            username=self._user,
            password=self._password,
            authSource="admin",
            serverSelectionTimeoutMS=5_000,
        )

    def _found(self, stranger: Client) -> None:
        members = [{"_id": 0, "host": self._member}]
        try:
            stranger.admin.command("replSetInitiate", {"_id": self.NAME, "members": members})
        except OperationFailure as error:
            if error.code == _UNAUTHORIZED:
                raise StartError(self._other_password()) from error
            if error.code != _ALREADY_INITIALIZED:
                raise

    def _administrator_exists(self) -> bool:
        with self._administrator() as administrator:
            try:
                administrator.admin.command("ping")
            except OperationFailure as error:
                if error.code != _AUTHENTICATION_FAILED:
                    raise
                return False
        return True

    def _make_administrator(self, stranger: Client) -> None:
        try:
            stranger.admin.command("createUser", self._user, pwd=self._password, roles=["root"])
        except OperationFailure as error:
            raise StartError(self._other_password()) from error

    def _other_password(self) -> str:
        return (
            f"The data folder of the database belongs to another password of {self._user!r}. "
            "Restore the secrets folder it was made with, or choose an empty ROSTRUM_HOME."
        )

    def _follow_port(self, administrator: Client) -> None:
        """The set remembers its member's address; after a change of port that is nobody's."""
        config = administrator.admin.command("replSetGetConfig")["config"]
        if config["members"][0]["host"] != self._member:
            config["members"][0]["host"] = self._member
            config["version"] += 1
            administrator.admin.command("replSetReconfig", config, force=True)

    def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            if monotonic() > self._deadline:
                raise StartError(f"The database on {self._member} did not become writable.")
            sleep(_PAUSE_S)


def _is_writable(client: Client) -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False
