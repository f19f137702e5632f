"""Which addresses may be visited, judged without visiting any."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Refusal
from chassis.outbound.targets import Target, checked, is_public, target_of


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.org", Target("http", "example.org", 80, "/")),
        ("https://Example.org:8443/a?b=c#d", Target("https", "example.org", 8443, "/a?b=c")),
        ("http://93.184.215.14/", Target("http", "93.184.215.14", 80, "/")),
        ("http://[2606:2800:21f::1]:81/x", Target("http", "2606:2800:21f::1", 81, "/x")),
        (
            "https://münchen.de/straße?q=ö",
            Target("https", "xn--mnchen-3ya.de", 443, "/stra%C3%9Fe?q=%C3%B6"),
        ),
        ("http://example.org./", Target("http", "example.org", 80, "/")),
        ("http://_dmarc.example.org/", Target("http", "_dmarc.example.org", 80, "/")),
    ],
)
def test_a_plain_url_is_read(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_address_that_python_calls_special_is_public(address: ipaddress.IPv4Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)


@given(st.ip_addresses(v=6))
def test_no_v6_address_that_python_calls_special_is_public(address: ipaddress.IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_an_address_is_never_public(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    mapped, compatible, nat64 = 0xFFFF << 32, 0, 0x64FF9B << 96
    for outer in (
        mapped | number,
        compatible | number,
        nat64 | number,
        0x2002 << 112 | number << 80,
    ):
        assert not is_public(ipaddress.IPv6Address(outer))


def test_one_closed_address_closes_the_name() -> None:
    with pytest.raises(Refusal):
        checked(["93.184.215.14", "127.0.0.1"], may_be_loopback=False)


def test_the_exception_for_loopback_covers_nothing_else() -> None:
    assert checked(["127.0.0.1", "::1"], may_be_loopback=True) == ["127.0.0.1", "::1"]
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0"):
        with pytest.raises(Refusal):
            checked([address], may_be_loopback=True)


@given(st.text(max_size=80))
def test_no_text_crashes_the_reader(text: str) -> None:
    for url in (text, f"http://{text}", f"http://example.org/{text}"):
        try:
            found = target_of(url)
        except Refusal:
            continue
        assert found.host.isascii()
        assert found.path.isascii()
        assert 0 < found.port < 65536
