"""`rostrum run`: start everything, load the demonstration once, stay up until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.table import Table

from chassis.settings import Mode
from stack.demo.file import DemoFile, read_demo_file
from stack.demo.first_start import load_demo
from stack.platform import Platform
from stack.settings import StackSettings


def run(settings: StackSettings, console: Console) -> None:
    """Blocks until SIGINT or SIGTERM; then drains and stops what it started."""
    until = _stop_signal()
    with console.status("starting") as status:
        platform = Platform(settings, say=lambda line: _say(console, status, line))
        try:
            platform.start()
            shown = _demo(platform, status)
        except BaseException:
            platform.stop()
            raise
    _introduce(console, platform, shown)
    try:
        platform.watch(until)
    finally:
        with console.status("stopping: requests and facts under way are finished first"):
            platform.stop()
        console.print("Everything is stopped. Data are kept in", str(platform.home))


def _say(console: Console, status: Status, line: str) -> None:
    console.log(line)
    status.update(line)


def _stop_signal() -> threading.Event:
    until = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop(until))
    return until


def _stop(until: threading.Event) -> None:
    if not until.is_set():
        until.set()
        return
    raise KeyboardInterrupt


def _demo(platform: Platform, status: Status) -> DemoFile | None:
    if platform.settings.mode is not Mode.DEMO:
        return None
    found = read_demo_file(platform.home)
    if found is not None:
        return found
    with _watched(platform):
        return load_demo(platform, say=status.update)


@contextmanager
def _watched(platform: Platform) -> Iterator[None]:
    """Look after the children once before and after; the loader itself takes a few seconds."""
    platform.supervisor.watch_once()
    yield
    platform.supervisor.watch_once()


def _introduce(console: Console, platform: Platform, shown: DemoFile | None) -> None:
    console.print()
    console.print("[bold]Rostrum is up.[/bold]  GraphQL:", platform.graphql_url, soft_wrap=True)
    console.print("Subscriptions:", platform.stream_url, soft_wrap=True)
    console.print("Logs:", str(platform.home / "logs"), soft_wrap=True)
    if shown is None:
        return
    console.print("Open the GraphQL address in a browser, or sign in as one of these people:")
    table = Table("organization")
    for header in ("e-mail", "password", "roles"):
        table.add_column(header, no_wrap=True)  # An address cut off at 80 columns signs in nobody.
    for organization in shown.organizations:
        for user in organization.users:
            table.add_row(organization.name, user.email, user.password, ", ".join(user.roles))
    console.print(table)
    console.print("The demonstration platform:", platform.platform_url, soft_wrap=True)
    shown_in = str(platform.home / "demo.json")
    console.print("All of this, with API keys, is in", shown_in, soft_wrap=True)
    console.print("Stop with Ctrl-C.")
