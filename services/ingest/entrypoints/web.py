"""Takes commands: ``gunicorn 'services.ingest.entrypoints.web:create_wsgi()'``."""

from __future__ import annotations

from flask import Flask

from chassis import logs
from services.ingest.bootstrap import SERVICE, open_parts, web_app
from services.ingest.settings import ingest_settings


def create_wsgi() -> Flask:
    """The app of one worker process; BadSettings says what keeps it from starting."""
    settings = ingest_settings()
    logs.configure(SERVICE, "web", level=settings.log_level)
    return web_app(open_parts(settings))
