"""Live updates: ``gunicorn -k gevent 'services.graphql_gateway.entrypoints.live:create_wsgi()'``.

gunicorn's gevent worker patches the standard library before it loads this, so that a thousand
waiting streams are a thousand small stacks and no threads.
"""

from __future__ import annotations

from flask import Flask

from chassis import logs
from services.graphql_gateway.bootstrap import SERVICE, live_app, open_parts
from services.graphql_gateway.settings import gateway_settings


def create_wsgi() -> Flask:
    """The app of one worker process; BadSettings says what keeps it from starting."""
    settings = gateway_settings()
    logs.configure(SERVICE, "live", level=settings.log_level)
    return live_app(open_parts(settings))
