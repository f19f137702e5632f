"""Writes schema.graphql from the bindings: ``python -m services.graphql_gateway.entrypoints.print_schema``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.graphql_gateway.execution.build import build, printed
from services.graphql_gateway.schema import registry

COMMITTED: Final = Path(__file__).parents[1] / "schema.graphql"


def main() -> None:
    """Write the committed schema anew."""
    COMMITTED.write_text(printed(build(registry())), encoding="utf-8")


if __name__ == "__main__":
    main()
