"""Settings: all or nothing, every problem named with its cure, no secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.common_settings import CommonSettings
from chassis.errors import BadSettings
from chassis.setting_kinds import flag, host_ports, port, secret_key, url
from chassis.settings import Mode, Settings, declarations, load, setting

KEY = "k" * 32


class BakerySettings(Settings):
    """A made-up service."""

    oven_port: int = setting("BAKERY_PORT", port, default=80, help="Where the oven listens.")
    flour_url: str = setting("BAKERY_FLOUR_URL", url, help="Where flour comes from.")
    recipe_key: str = setting(
        "BAKERY_KEY", secret_key, default="demo" * 8, secret=True, help="Signs recipes."
    )
    password: str = setting("BAKERY_PASSWORD", str, secret=True, help="Opens the door.")
    is_open: bool = setting("BAKERY_OPEN", flag, default=True, help="Sells today.")


def environ(**changed: str) -> dict[str, str]:
    good = {"BAKERY_FLOUR_URL": "http://mill", "BAKERY_KEY": KEY, "BAKERY_PASSWORD": "sesame"}
    return {name: text for name, text in {**good, **changed}.items() if text != "-"}


def problems(**changed: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(BakerySettings, environ(**changed))
    return caught.value.problems


def test_given_values_are_converted_and_defaults_fill_the_rest() -> None:
    item = load(BakerySettings, environ(BAKERY_PORT="8080", BAKERY_OPEN="no"))
    assert (item.oven_port, item.is_open, item.flour_url) == (8080, False, "http://mill")
    assert item.mode is Mode.PRODUCTION


def test_every_problem_is_named_at_once_with_its_cure() -> None:
    found = problems(BAKERY_PORT="99999", BAKERY_FLOUR_URL="-", BAKERY_OPEN="maybe")
    assert len(found) == 3
    assert any("BAKERY_PORT" in text and "between 1 and 65535" in text for text in found)
    assert any("BAKERY_FLOUR_URL" in text and "Where flour comes from" in text for text in found)
    assert any("BAKERY_OPEN" in text and "true or false" in text for text in found)


def test_an_empty_value_counts_as_left_out() -> None:
    assert any("is missing" in text for text in problems(BAKERY_FLOUR_URL=""))


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("from the file\n")
    item = load(BakerySettings, environ(BAKERY_PASSWORD="-", BAKERY_PASSWORD_FILE=str(path)))
    assert item.password == "from the file"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("other")
    assert "given twice" in problems(BAKERY_PASSWORD_FILE=str(path))[0]


@pytest.mark.parametrize("text", [None, "", b"\xff\xfe\xff"])
def test_a_secret_file_that_is_absent_empty_or_binary_is_named(
    tmp_path: Path, text: str | bytes | None
) -> None:
    path = tmp_path / "password"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = problems(BAKERY_PASSWORD="-", BAKERY_PASSWORD_FILE=str(path))
    assert len(found) == 1
    assert str(path) in found[0]


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    path = tmp_path / "mill"
    path.write_text("http://mill")
    found = problems(BAKERY_FLOUR_URL="-", BAKERY_FLOUR_URL_FILE=str(path))
    assert "is missing" in found[0]


@pytest.mark.parametrize("given", ["-", "demo" * 8])
def test_a_demonstration_secret_stops_the_start_in_production(given: str) -> None:
    assert "BAKERY_KEY: has its demonstration value" in problems(BAKERY_KEY=given)[0]


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_a_demonstration_secret_is_fine_in_demo_and_test(mode: str) -> None:
    item = load(BakerySettings, environ(BAKERY_KEY="-", ROSTRUM_MODE=mode))
    assert item.recipe_key == "demo" * 8


def test_a_short_key_is_refused_without_being_shown() -> None:
    found = problems(BAKERY_KEY="tooshort")
    assert "BAKERY_KEY" in found[0]
    assert "tooshort" not in " ".join(found)


def test_settings_never_print_a_secret() -> None:
    shown = repr(load(BakerySettings, environ(BAKERY_PASSWORD="sesame")))
    assert "sesame" not in shown
    assert KEY not in shown
    assert "http://mill" in shown


def test_settings_are_read_only() -> None:
    item = load(BakerySettings, environ())
    with pytest.raises(AttributeError):
        item.oven_port = 1


def test_an_unknown_mode_lists_the_known_ones() -> None:
    assert "production | demo | test" in problems(ROSTRUM_MODE="prod")[0]


def test_host_ports_take_names_addresses_and_brackets() -> None:
    assert host_ports("localhost:80, [::1]:443") == {("localhost", 80), ("::1", 443)}
    with pytest.raises(ValueError, match="host:port"):
        host_ports("localhost")


def test_the_common_settings_need_only_the_stores_and_the_keys() -> None:
    with pytest.raises(BadSettings) as caught:
        load(CommonSettings, {})
    named = {text.split(":", 1)[0] for text in caught.value.problems}
    required = {item.name for item in declarations(CommonSettings).values() if item.is_required}
    assert named == required


def test_a_namespace_is_short_and_plain() -> None:
    good = {
        "ROSTRUM_MONGO_URI": "mongodb://h",
        "ROSTRUM_KAFKA_BOOTSTRAP": "a:1,b:2",
        "ROSTRUM_TOKEN_KEY": KEY,
        "ROSTRUM_AUDIT_KEY": KEY,
    }
    assert load(CommonSettings, good).kafka_bootstrap == ("a:1", "b:2")
    with pytest.raises(BadSettings):
        load(CommonSettings, {**good, "ROSTRUM_NAMESPACE": "a.b"})
