"""The real way out over sockets: the suite, hostile addresses (S3), bombs (S4)."""

from __future__ import annotations

import gzip
import resource
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.errors import Refusal, RefusalCode
from chassis.outbound import MaybeSent, NotSent, OutboundClient, TooMuch
from chassis.outbound.client import system_resolve
from tests.integration.chassis_edges.outside_world import BehavingServer, RawServer, Serve
from tests.suites.outbound_suite import OutboundSuite, World
from tests.support.ports import free_port

URLS = Path(__file__).with_name("hostile_urls.txt")
NAMES = {
    "localhost.example.org": ["127.0.0.1"],
    "inside.example.org": ["10.1.2.3"],
    "mixed.example.org": ["93.184.215.14", "127.0.0.1"],
    "mixed6.example.org": ["2606:4700::1111", "::1"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "nat64.example.org": ["64:ff9b::7f00:1"],
    "sixtofour.example.org": ["2002:7f00:1::"],
    "zero.example.org": ["0.0.0.0"],
    "scoped.example.org": ["fe80::1%lo"],
    "metadata.example.org": ["169.254.169.254"],
}


def resolve(host: str, port: int) -> list[str]:
    return NAMES[host] if host in NAMES else system_resolve(host, port)


class TestOutboundClient(OutboundSuite):
    """The real one."""

    @pytest.fixture(scope="class")
    def world(self) -> Iterator[World]:
        far = BehavingServer()
        other = f"http://127.0.0.1:{far.port}"
        near = BehavingServer(other)
        nobody = free_port()
        allowed = frozenset({("127.0.0.1", port) for port in (near.port, far.port, nobody)})
        base = f"http://127.0.0.1:{near.port}"
        yield World(OutboundClient(allowed), base, other, f"http://127.0.0.1:{nobody}/")
        near.close()
        far.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[RawServer]:
    server = RawServer(lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    yield server
    server.close()


def hostile_urls() -> list[str]:
    lines = URLS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_there_are_enough_hostile_urls() -> None:
    assert len(hostile_urls()) >= 60


@pytest.mark.parametrize("template", hostile_urls())
def test_a_hostile_url_reaches_nobody(trap: RawServer, template: str) -> None:
    url = template.encode().decode("unicode_escape") if "\\" in template else template
    client = OutboundClient(resolve=resolve)
    before = trap.hits
    with pytest.raises((Refusal, NotSent)) as caught:
        client.request("GET", url.replace("PORT", str(trap.port)), timeout=0.5)
    if isinstance(caught.value, Refusal):
        assert caught.value.code is RefusalCode.HOST_REFUSED
    assert trap.hits == before


def test_the_trap_works(trap: RawServer) -> None:
    before = trap.hits
    client = OutboundClient(frozenset({("127.0.0.1", trap.port)}))
    assert client.request("GET", f"http://127.0.0.1:{trap.port}/").status == 200
    assert trap.hits == before + 1


def test_a_name_that_moves_after_the_check_is_not_followed(trap: RawServer) -> None:
    answers = [["198.41.0.4"], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    client = OutboundClient(resolve=rebinding)
    before = trap.hits
    with pytest.raises(NotSent):
        client.request("GET", f"http://rebind.example.org:{trap.port}/", timeout=0.5)
    assert (asked, trap.hits) == (["rebind.example.org"], before)
    with pytest.raises(Refusal):
        client.request("GET", f"http://rebind.example.org:{trap.port}/", timeout=0.5)
    assert trap.hits == before


def test_a_resolver_that_hangs_costs_no_more_than_the_time_given() -> None:
    released = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        released.wait(30)
        return []

    began = monotonic()
    with pytest.raises(NotSent, match="not resolved in time"):
        OutboundClient(resolve=hanging).request("GET", "http://example.org/", timeout=0.3)
    released.set()
    assert monotonic() - began < 2


HEAD = b"HTTP/1.1 200 OK\r\n"


def gzip_of_zeros(sock: socket.socket) -> None:
    """10 GB of zeros in 10 MB."""
    sock.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n")
    squeeze = zlib.compressobj(9, wbits=31)
    zeros = bytes(10_000_000)
    for _ in range(1000):
        sock.sendall(squeeze.compress(zeros))


def gzip_in_gzip(sock: socket.socket) -> None:
    body = bytes(1000)
    for _ in range(100):
        body = gzip.compress(body)
    sock.sendall(HEAD + b"Content-Encoding: " + b"gzip, " * 99 + b"gzip\r\n\r\n" + body)


def endless_chunks(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"10000\r\n" + bytes(65_536) + b"\r\n")


def endless_tiny_chunks(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"1\r\nx\r\n" * 1000)


def endless_headers(sock: socket.socket) -> None:
    sock.sendall(HEAD)
    while True:
        sock.sendall(b"X-Header: " + b"x" * 1000 + b"\r\n")


def endless_status_line(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"HTTP/1.1 200 " + b"x" * 65_536)


def endless_continues(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def a_drop_at_a_time(sock: socket.socket) -> None:
    pause = threading.Event()
    while True:
        sock.sendall(b"H")
        pause.wait(0.1)


def silence(sock: socket.socket) -> None:
    threading.Event().wait(20)


def endless_body(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"\r\n")
    while True:
        sock.sendall(bytes(1_000_000))


def huge_promise(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"Content-Length: 10000000000\r\n\r\n")


def nonsense(sock: socket.socket) -> None:
    sock.sendall(b"\x00\xff" * 1000)


def broken_gzip(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")


def cut_gzip(sock: socket.socket) -> None:
    body = gzip.compress(bytes(range(256)) * 100)[:-20]
    sock.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n" + body)


def cut_body(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"Content-Length: 100\r\n\r\nabc")


def cut_chunk(sock: socket.socket) -> None:
    sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\nabc")


BOMBS: list[Serve] = [
    gzip_of_zeros,
    gzip_in_gzip,
    endless_chunks,
    endless_tiny_chunks,
    endless_headers,
    endless_status_line,
    endless_continues,
    a_drop_at_a_time,
    silence,
    endless_body,
    huge_promise,
    nonsense,
    broken_gzip,
    cut_gzip,
    cut_body,
    cut_chunk,
]


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_bounded_in_time_and_memory(bomb: Serve) -> None:
    server = RawServer(bomb)
    client = OutboundClient(frozenset({("127.0.0.1", server.port)}))
    before, began = peak_megabytes(), monotonic()
    try:
        with pytest.raises(MaybeSent):
            client.request("GET", f"http://127.0.0.1:{server.port}/", timeout=1.0)
    finally:
        server.close()
    assert monotonic() - began < 2
    assert peak_megabytes() - before < 100


def test_a_gzipped_answer_is_inflated() -> None:
    body = "Öffentlichkeitsarbeit ".encode() * 1000

    def serve(sock: socket.socket) -> None:
        packed = gzip.compress(body)
        length = f"Content-Length: {len(packed)}\r\n\r\n".encode()
        sock.sendall(HEAD + b"Content-Encoding: gzip\r\n" + length + packed)

    server = RawServer(serve)
    client = OutboundClient(frozenset({("127.0.0.1", server.port)}))
    url = f"http://127.0.0.1:{server.port}/"
    assert client.request("GET", url).body == body
    with pytest.raises(TooMuch):
        client.request("GET", url, max_bytes=len(body) - 1)
    server.close()


def test_a_server_that_speaks_no_tls_gets_no_request() -> None:
    server = RawServer(lambda sock: sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    client = OutboundClient(frozenset({("127.0.0.1", server.port)}))
    with pytest.raises(NotSent) as caught:
        client.request("POST", f"https://127.0.0.1:{server.port}/", body=b"x", timeout=2.0)
    assert isinstance(caught.value.__cause__, ssl.SSLError | OSError)
    server.close()


def certificate_for(name: str, folder: Path) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / f"{name}.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, *form)
    )
    return path


def test_over_tls_the_name_is_kept_while_the_address_is_pinned(tmp_path: Path) -> None:
    path = certificate_for("secure.example.org", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    heard: list[bytes] = []

    def serve(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as secured:
            heard.append(secured.recv(65_536))
            secured.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")

    server = RawServer(serve, reads_first=False)
    allowed = frozenset({(f"{name}.example.org", server.port) for name in ("secure", "other")})
    trust = ssl.create_default_context(cafile=path)
    client = OutboundClient(allowed, resolve=lambda host, port: ["127.0.0.1"], tls=trust)
    answer = client.request("GET", f"https://secure.example.org:{server.port}/")
    assert (answer.status, answer.body) == (200, b"ok")
    assert f"Host: secure.example.org:{server.port}\r\n".encode() in heard[0]
    with pytest.raises(NotSent, match="certificate"):
        client.request("POST", f"https://other.example.org:{server.port}/", body=b"x")
    with pytest.raises(NotSent, match="certificate"):
        OutboundClient(allowed, resolve=lambda host, port: ["127.0.0.1"]).request(
            "POST", f"https://secure.example.org:{server.port}/", body=b"x"
        )
    assert len(heard) == 1
    server.close()
