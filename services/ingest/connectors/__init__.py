"""The shelf of connectors: one folder per platform, with its samples and its README.

A folder is a package whose ``CONNECTOR`` fulfils ``application.connector.Connector``; a folder that
reads files also has ``READERS``. Nothing else names a connector: put a folder here and it is known.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from contracts.workflow.channels import Platform
from services.ingest.application.connector import ArchiveReader, Connector


def folders() -> list[str]:
    """The names of the folders on the shelf, in order."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)


def _modules() -> Iterator[ModuleType]:
    for name in folders():
        yield import_module(f"{__name__}.{name}")


def all_connectors() -> dict[Platform, Connector]:
    """Every connector by its platform."""
    found: list[Connector] = [module.CONNECTOR for module in _modules()]
    return {connector.declares.platform: connector for connector in found}


def all_readers() -> dict[str, ArchiveReader]:
    """Every reader of archive files by the name of its format."""
    readers = [reader for module in _modules() for reader in getattr(module, "READERS", ())]
    return {reader.format: reader for reader in readers}
