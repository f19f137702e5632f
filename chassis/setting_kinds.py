"""Kinds of settings: each turns the text of one into its value, or raises ValueError with a cure."""

from __future__ import annotations


def flag(text: str) -> bool:
    """A yes or a no."""
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def port(text: str) -> int:
    """A TCP port."""
    number = int(text)
    if not 0 < number < 65536:
        raise ValueError("a port is between 1 and 65535")
    return number


def positive_int(text: str) -> int:
    """A whole number above zero."""
    number = int(text)
    if number <= 0:
        raise ValueError("it has to be above zero")
    return number


def positive_seconds(text: str) -> float:
    """Seconds above zero."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError("it has to be above zero")
    return number


def url(text: str) -> str:
    """An http or https URL, without the slash at its end."""
    if not text.startswith(("http://", "https://")):
        raise ValueError("it has to start with http:// or https://")
    return text.rstrip("/")


def words(text: str) -> tuple[str, ...]:
    """Words separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def host_ports(text: str) -> frozenset[tuple[str, int]]:
    """``host:port`` pairs separated by commas."""
    return frozenset(_host_port(part) for part in words(text))


def _host_port(text: str) -> tuple[str, int]:
    host, colon, number = text.rpartition(":")
    if not colon or not host:
        raise ValueError(f"{text!r} is not host:port")
    return host.strip("[]"), port(number)


def secret_key(text: str) -> str:
    """At least 32 characters: an HS256 key is no shorter than its hash (RFC 7518, 3.2)."""
    if len(text.encode()) < 32:
        raise ValueError("it has to have at least 32 characters")
    return text


def namespace(text: str) -> str:
    """A prefix of database, topic and group names: letters, digits, ``-`` and ``_``, up to 32."""
    if not (
        text.isascii() and len(text) <= 32 and text.replace("-", "").replace("_", "").isalnum()
    ):
        raise ValueError("use up to 32 letters, digits, - and _")
    return text
