"""Where a URL points, and whether anybody may be made to go there.

A URL is read strictly: http or https, no credentials, a name or a canonical address, a port that
speaks HTTP. Then every address the name resolves to has to be public. Sources: IANA special-purpose
address registries (RFC 6890), the ports that browsers block (WHATWG Fetch, 2.8 "bad port").
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from chassis.errors import Refusal, RefusalCode

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""All addresses of a name for a port; raises OSError if it has none."""

LONGEST_URL: Final = 8000
_CLOSED_V4: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_OPEN_V6: Final = ipaddress.IPv6Network("2000::/3")
"""Global unicast. Everything else is special: loopback, mapped, NAT64, unique local, multicast."""
_CLOSED_V6: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them: an IPv4 address inside
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
_LOOPBACKS: Final = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))
# fmt: off
_CLOSED_PORTS: Final = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
    512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
    995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
    6669, 6679, 6697, 10080,
})
# fmt: on
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")
"""Printable ASCII without space and backslash: what two readers of a URL cannot read differently."""
_ASCII: Final = "".join(map(chr, range(128)))
_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Target:
    """Where a request goes: ``host`` is a name or a canonical address, ``path`` has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What has to stay the same for credentials to go along (RFC 6454)."""
        return self.scheme, self.host, self.port

    @property
    def address(self) -> Address | None:
        """The address, if the URL names one."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def refused(sentence: str) -> Refusal:
    """Nobody goes there."""
    return Refusal(RefusalCode.HOST_REFUSED, sentence)


def target_of(url: str) -> Target:
    """Read a URL; raises Refusal HostRefused for all that is not plainly public HTTP."""
    plain = _ascii(url) if len(url) <= LONGEST_URL else ""
    if not _PLAIN.fullmatch(plain):
        raise refused("The address is too long or holds characters that do not belong in one.")
    parts = _split(plain)
    if parts.scheme not in _DEFAULT_PORTS:
        raise refused("Only http and https addresses are visited.")
    if "@" in parts.netloc:
        raise refused("An address must not carry a user name or a password.")
    host, port = _host_of(parts), _port_of(parts)
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def _ascii(url: str) -> str:
    """The URL with its host as IDNA and the rest percent-encoded, where they are not ASCII."""
    if url.isascii():
        return url
    head, slashes, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    try:
        name = host.encode("idna").decode()
        return f"{head}{slashes}{name}{quote(rest[len(host) :], safe=_ASCII)}"
    except UnicodeError:
        raise refused("The host name cannot be read.") from None


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise refused("The address cannot be read.") from None
    return parts


def _port_of(parts: SplitResult) -> int:
    port = parts.port if parts.port is not None else _DEFAULT_PORTS[parts.scheme]
    if port in _CLOSED_PORTS:
        raise refused(f"Port {port} is not visited.")
    return port


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if parts.netloc.startswith("["):
        return _canonical_v6(host)
    labels = host.split(".")
    if len(host) > 253 or not all(_NAME.fullmatch(label) for label in labels):
        raise refused("The host name cannot be read.")
    # A host that ends in a number is an IPv4 address (WHATWG URL, 3.5), in one spelling only.
    return _canonical_v4(host) if _NUMBER.fullmatch(labels[-1]) else host


def _canonical_v4(host: str) -> str:
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise refused("An IPv4 address is written as four decimal numbers.") from None


def _canonical_v6(host: str) -> str:
    try:
        found = ipaddress.IPv6Address(host)
    except ValueError:
        raise refused("The IPv6 address cannot be read.") from None
    if found.scope_id is not None:
        raise refused("An address must not name a network interface.")
    return str(found)


def is_public(address: Address) -> bool:
    """May anybody be made to visit it?"""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


def is_loopback(address: Address) -> bool:
    """This machine, spelled plainly."""
    return any(address in network for network in _LOOPBACKS if network.version == address.version)


def checked(found: Iterable[str], *, may_be_loopback: bool) -> list[str]:
    """The addresses, if every one of them may be visited; raises Refusal HostRefused otherwise.

    One closed address among public ones is refused too: that is how rebinding begins.
    """
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    for address in addresses:
        if not (is_public(address) or (may_be_loopback and is_loopback(address))):
            raise refused("The address is not on the public network.")
    return [str(address) for address in addresses]
