"""The committed schema is the one the bindings make: clients read its diff."""

from services.graphql_gateway.entrypoints.print_schema import COMMITTED
from services.graphql_gateway.execution.build import build, printed
from services.graphql_gateway.schema import registry

_CURE = "run: python -m services.graphql_gateway.entrypoints.print_schema"


def _offence(committed: str, made: str) -> str | None:
    return None if committed == made else f"{COMMITTED.name} is not current; {_CURE}"


def test_the_committed_schema_is_current() -> None:
    made = printed(build(registry()))
    committed = COMMITTED.read_text(encoding="utf-8") if COMMITTED.exists() else ""
    assert _offence(committed, made) is None, _CURE


def test_a_planted_change_is_found() -> None:
    assert _offence("type Query", "type Query { a: Int }") is not None
