"""A real gunicorn: metrics of all workers in one scrape, workers replaced, SIGTERM drains."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from chassis.clock import SystemClock
from chassis.command_client import CommandClient
from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.http.tokens import InternalSigner
from contracts.commands import Done
from contracts.flow import ReportProgress
from contracts.workflow.conversations import ClaimConversation
from tests.support.ports import free_port
from tests.support.waiting import eventually
from tests.unit.chassis_edges.bakery import ACTOR, KEY

ROOT = Path(__file__).parents[3]
HTTP = urllib3.PoolManager(retries=False)


class Server:
    """A gunicorn with two workers."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "counter_99.db").parent.mkdir(parents=True, exist_ok=True)
        (folder / "counter_99.db").write_bytes(b"left by a run before")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config=python:chassis.http.gunicorn_conf"),
                f"--bind=127.0.0.1:{self.port}",
                "tests.integration.chassis_edges.web_bakery:create_wsgi()",
            ],
            cwd=ROOT,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        )
        eventually(lambda: self.status("/readyz") == 200, within_s=20)

    def status(self, path: str) -> int:
        """The status of a GET, 0 if nobody listens."""
        try:
            return HTTP.request("GET", self.url + path, timeout=2.0).status
        except urllib3.exceptions.HTTPError:
            return 0

    def scrape(self) -> str:
        """/metrics as text."""
        return HTTP.request("GET", f"{self.url}/metrics", timeout=5.0).data.decode()

    def stop(self) -> int:
        """SIGTERM, then the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that do not stop it."""
    running = Server(tmp_path_factory.mktemp("metrics"))
    yield running
    running.stop()


def client_of(server: Server, *, timeout: float = 5.0) -> CommandClient:
    signer = InternalSigner(KEY, SystemClock())
    return CommandClient({"workflow": server.url}, signer, timeout=timeout)


def claim(text: str) -> ClaimConversation:
    return ClaimConversation(conversation_id=text)


def counted(text: str) -> float:
    """All claims counted in a scrape."""
    wanted = 'rostrum_command_seconds_count{command="ClaimConversation"'
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(wanted))


def test_an_answer_comes_back_as_its_struct(server: Server) -> None:
    answer = client_of(server).send(claim("c1"), ACTOR, key="k-answer")
    assert answer == Done(id="c1", rev=1, state="k-answer")


def test_a_refusal_comes_back_with_code_data_and_sentence(server: Server) -> None:
    with pytest.raises(Refusal) as caught:
        client_of(server).send(claim("refuse"), ACTOR)
    assert caught.value.code is RefusalCode.CLAIMED_BY_ANOTHER
    assert caught.value.sentence == "Zoë holds it."
    assert caught.value.data == {"until": "2026-03-01T09:30:00.000Z"}


def test_after_a_time_out_the_same_key_is_sent_again(server: Server) -> None:
    answer = client_of(server, timeout=1.0).send(claim("slow-once 1.4"), ACTOR)
    assert isinstance(answer, Done)
    assert answer.state.startswith("own-")


def test_orders_to_every_service_carry_no_key(server: Server) -> None:
    command = ReportProgress(group="g", topic="t", applied_up_to=SystemClock().now())
    # The made-up service fails on a body it does not know: what counts is that it was asked there.
    with pytest.raises(Unavailable, match="workflow failed"):
        client_of(server).send(command, ACTOR, to="workflow")


def test_nobody_there_is_a_wait_not_a_guess() -> None:
    signer = InternalSigner(KEY, SystemClock())
    client = CommandClient({"workflow": f"http://127.0.0.1:{free_port()}"}, signer)
    with pytest.raises(Unavailable, match="no answer"):
        client.send(claim("c1"), ACTOR)


def test_another_key_of_tokens_is_a_fault_of_the_installation(server: Server) -> None:
    signer = InternalSigner("another key of another installation", SystemClock())
    with pytest.raises(Unavailable, match="ROSTRUM_TOKEN_KEY"):
        CommandClient({"workflow": server.url}, signer).send(claim("c1"), ACTOR)


def test_one_scrape_counts_all_workers_also_those_that_died(tmp_path: Path) -> None:
    server = Server(tmp_path / "metrics")
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda n: client_of(server).send(claim(f"c{n}"), ACTOR), range(40))
            assert len(list(answers)) == 40
        assert counted(server.scrape()) == 40
        with pytest.raises(Unavailable):
            client_of(server).send(claim("die"), ACTOR)
        eventually(lambda: server.status("/readyz") == 200)
        assert counted(server.scrape()) == 40
        assert "left by a run before" not in server.scrape()
    finally:
        assert server.stop() == 0


def test_sigterm_finishes_what_was_begun_and_exits_with_zero(tmp_path: Path) -> None:
    server = Server(tmp_path / "metrics")
    arrived = tmp_path / "arrived"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client_of(server).send, claim(f"slow 1.5 {arrived}"), ACTOR, key="k")
        eventually(arrived.exists)
        assert server.stop() == 0
        assert answer.result(timeout=10) == Done(id="slow", rev=1, state="k")


def test_who_is_told_to_stop_says_so_before_the_door_closes(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.process.send_signal(signal.SIGTERM)
    eventually(lambda: server.status("/readyz") == 503, within_s=0.9)
    assert client_of(server).send(claim("late"), ACTOR, key="k-late") == Done(
        id="late", rev=1, state="k-late"
    )
    assert server.process.wait(timeout=20) == 0
