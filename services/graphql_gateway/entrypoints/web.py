"""Answers people: ``gunicorn 'services.graphql_gateway.entrypoints.web:create_wsgi()'``."""

from __future__ import annotations

from flask import Flask

from chassis import logs
from services.graphql_gateway.bootstrap import SERVICE, open_parts, web_app
from services.graphql_gateway.settings import gateway_settings


def create_wsgi() -> Flask:
    """The app of one worker process; BadSettings says what keeps it from starting."""
    settings = gateway_settings()
    logs.configure(SERVICE, "web", level=settings.log_level)
    return web_app(open_parts(settings))
