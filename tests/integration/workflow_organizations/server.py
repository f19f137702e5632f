"""Workflow's real web process: gunicorn on a free port, stopped by its own id."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from chassis.clock import SystemClock
from chassis.command_client import CommandClient
from chassis.http.tokens import InternalSigner
from chassis.mongo.client import connect, database_name
from chassis.prepare import prepare
from services.workflow.bootstrap import PLAN
from tests.support.ports import free_port
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[3]
TOKEN_KEY = "the-token-key-of-one-test-run-only"


def own_uri(mongo_uri: str, namespace: str) -> str:
    """The prepared database of workflow, as the one user that the service has."""
    client = connect(mongo_uri, app_name="test")
    prepare(client, namespace, [PLAN], passwords={"workflow": "secret"})
    client.close()
    parts = urlsplit(mongo_uri)
    hosts = parts.netloc.rpartition("@")[2]
    user = database_name(namespace, "workflow")
    return urlunsplit(parts._replace(netloc=f"{user}:secret@{hosts}"))


def environment(mongo_uri: str, namespace: str, **more: str) -> dict[str, str]:
    """What a process of workflow is told."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "ROSTRUM_MODE": "test",
        "ROSTRUM_NAMESPACE": namespace,
        "ROSTRUM_MONGO_URI": mongo_uri,
        "ROSTRUM_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "ROSTRUM_TOKEN_KEY": TOKEN_KEY,
        "ROSTRUM_AUDIT_KEY": "the-audit-key-of-one-test-run-only",
        **more,
    }


@contextmanager
def running(argv: list[str], told: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process while the block runs; SIGTERM at its end."""
    with log.open("wb") as out:
        process = subprocess.Popen(argv, cwd=ROOT, env=told, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def web_argv(port: int) -> list[str]:
    """The command line of the web process."""
    app = "services.workflow.entrypoints.web:create_wsgi()"
    config = "python:chassis.http.gunicorn_conf"
    gunicorn = [sys.executable, "-m", "gunicorn", app, "--config", config, "--workers", "1"]
    return [*gunicorn, "--bind", f"127.0.0.1:{port}"]


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def web_process(told: dict[str, str], log: Path) -> Iterator[str]:
    """The URL of a web process that is ready."""
    port = free_port()
    with running(web_argv(port), told, log) as process:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: process.poll() is not None or answers(f"{url}/readyz"), within_s=30)
        assert process.poll() is None, log.read_text()
        yield url


def client_of(url: str) -> CommandClient:
    """Sends commands to workflow as the gateway does."""
    return CommandClient({"workflow": url}, InternalSigner(TOKEN_KEY, SystemClock()))
