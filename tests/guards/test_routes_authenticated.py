"""Every HTTP route is authenticated, or on this short list.

The app factory refuses to start with any other route; here stands which routes may be public at
all, and that nobody makes an app around the factory.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import PRODUCT, Source, dotted, sources

PUBLIC = {
    # How a process is; nothing about an organization. The factory adds them to every app.
    "/livez",
    "/readyz",
    "/metrics",
    # These make a session out of a password, a refresh token, an invitation: nobody has one before.
    "/auth/sign-in",
    "/auth/refresh",
    "/auth/accept",
    # The files of the page behind an invitation's link; the same for everybody.
    "/auth/accept/<name>",
    # The page of a guest who reviews one item: the signed token in the address is who they are.
    "/review/<token>",
    # The calendar as a feed: programs that subscribe to one cannot sign in, the address is a secret.
    "/calendar/<token>.ics",
    # What an organization got wrong in public and put right: only what it says there itself.
    "/ledger/<slug>",
    "/ledger/<slug>/<int:number>",
    "/ledger/<slug>/chain",
    # The files of GraphiQL, in demo mode only.
    "/graphiql/<name>",
}
_FACTORY = "chassis/http/app.py"
_CONSTANTS = {"PUBLIC_ROUTES", "OPS_ROUTES"}


def _texts(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value


def _public_routes(source: Source) -> Iterator[tuple[int, str]]:
    """Routes that a source declares as public: in a constant, or where it calls the factory."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if _CONSTANTS & {dotted(target) for target in targets}:
                yield from ((node.lineno, text) for text in _texts(node.value))
        if isinstance(node, ast.keyword) and node.arg == "public_routes":
            yield from ((node.value.lineno, text) for text in _texts(node.value))


def _offences(source: Source) -> Iterator[str]:
    for line, route in _public_routes(source):
        if route not in PUBLIC:
            yield (
                f"{source.path}:{line} opens {route} to everybody: put its view behind "
                "chassis.http.doors.guarded, or argue for it in this guard's list."
            )
    if source.path == _FACTORY:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and dotted(node.func) in {"Flask", "flask.Flask"}:
            yield f"{source.path}:{node.lineno} makes an app of its own: chassis.http.app.create_app."


def test_every_route_is_authenticated_or_listed() -> None:
    offences = [text for source in sources(*PRODUCT) for text in _offences(source)]
    assert not offences, "\n".join(offences)


def test_nothing_on_the_list_is_a_leftover() -> None:
    declared = {route for source in sources(*PRODUCT) for _, route in _public_routes(source)}
    assert declared >= PUBLIC, f"nobody declares {PUBLIC - declared} any more: shorten the list."


@pytest.mark.parametrize(
    "text",
    [
        "app = create_app('x', public_routes=('/secret',))",
        "app = create_app('x', public_routes={'/livez', '/secret'})",
        "PUBLIC_ROUTES: Final = ('/secret',)",
        "PUBLIC_ROUTES = ['/secret']",
        "app = Flask(__name__)",
        "app = flask.Flask(__name__)",
    ],
)
def test_a_planted_open_door_is_found(text: str) -> None:
    assert len(list(_offences(Source("services/x/bootstrap.py", text)))) == 1
