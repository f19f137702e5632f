"""Every route is authenticated, or on the short public list of its app: deny by default.

A view behind ``guarded`` runs only after its authentication said who acts; an app with a route that
is neither guarded nor listed does not start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import wraps
from typing import Final, ParamSpec, TypeVar, cast

from flask import Flask, Request, g, request

from chassis.ports import Actor

P = ParamSpec("P")
V = TypeVar("V")
_MARK: Final = "__rostrum_guarded__"


class OpenDoor(Exception):  # noqa: N818 - the sentence that stops a start, not a fault at run time
    """An app has routes that nobody guards."""


def guarded(authenticate: Callable[[Request], Actor]) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Run the view only if ``authenticate`` does not refuse; the view asks ``current_actor``."""

    def wrap(view: Callable[P, V]) -> Callable[P, V]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> V:
            g.rostrum_actor = authenticate(request)
            return view(*args, **kwargs)

        setattr(checked, _MARK, True)
        return checked

    return wrap


def current_actor() -> Actor:
    """Who acts in this request; only views behind ``guarded`` may ask."""
    return cast("Actor", g.rostrum_actor)


def open_doors(app: Flask, public_routes: Collection[str]) -> Iterator[str]:
    """Routes that are neither guarded nor public, as the app knows them."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.rule not in public_routes and not hasattr(view, _MARK):
            yield rule.rule


def close_doors(app: Flask, public_routes: Collection[str]) -> None:
    """Raise OpenDoor, naming every route that nobody guards."""
    found = sorted(open_doors(app, public_routes))
    if found:
        raise OpenDoor(
            f"{app.name}: {', '.join(found)}: put the view behind guarded(...) "
            "or list the route in public_routes, and in tests/guards/test_routes_authenticated.py"
        )
