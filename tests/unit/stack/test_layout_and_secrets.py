"""The process table, the secrets and the environment of each process."""

from __future__ import annotations

import stat
from pathlib import Path

from chassis.settings import load
from stack.demo.file import DemoFile, DemoUser, demo_path, read_demo_file, write_demo_file
from stack.environment import Place, environment_of
from stack.layout import BLOCK, PROCESSES, all_ports, named, process_table
from stack.secrets import NAMES, make_secrets, secrets_folder
from stack.settings import StackSettings


def a_place(home: Path, mode: str = "demo") -> Place:
    settings = load(StackSettings, {"ROSTRUM_HOME": str(home), "ROSTRUM_MODE": mode})
    return Place(
        settings=settings,
        admin_uri="mongodb://admin:all@127.0.0.1:8416/?replicaSet=rs0&authSource=admin",
        kafka_bootstrap="127.0.0.1:8417",
        is_embedded_broker=True,
        secrets=make_secrets(home),
    )


def test_no_two_processes_share_a_port_and_all_fit_the_block() -> None:
    ports = [port for _, port in all_ports(8400)]
    assert len(set(ports)) == len(ports)
    assert all(8400 <= port < 8400 + BLOCK for port in ports)


def test_the_readme_shows_the_process_table() -> None:
    rows = process_table().splitlines()[2:]
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    missing = [row for row in rows if row not in readme]
    assert not missing, f"print stack.layout.process_table() into the README: {missing}"


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    first = make_secrets(tmp_path)
    assert first == make_secrets(tmp_path)
    assert len(set(first.values())) == len(NAMES)
    modes = {stat.S_IMODE((secrets_folder(tmp_path) / name).stat().st_mode) for name in NAMES}
    assert modes == {0o600}


def test_a_process_gets_its_own_database_user_and_no_password_of_another(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    for process in PROCESSES:
        told = " ".join(environment_of(process, place).values())
        others = {
            place.secrets[name]
            for name in (
                "mongo_admin",
                "mongo_ingest",
                "mongo_workflow",
                "mongo_reporting",
                "mongo_gateway",
            )
            if name != f"mongo_{process.service.removeprefix('graphql_')}"
        }
        assert not [secret for secret in others if secret in told], process.name


def test_only_ingest_is_told_where_the_master_key_is(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    told = {p.service for p in PROCESSES if "ROSTRUM_MASTER_KEY_FILE" in environment_of(p, place)}
    assert told == {"ingest"}


def test_production_opens_no_loopback_door(tmp_path: Path) -> None:
    told = environment_of(named("ingest-worker"), a_place(tmp_path, "production"))
    assert "ROSTRUM_OUTBOUND_ALLOW" not in told


def test_the_demo_file_is_for_its_owner_only(tmp_path: Path) -> None:
    content = DemoFile(
        graphql="g",
        stream="s",
        auth="a",
        platform="p",
        metrics=[],
        organizations=[],
        operator=DemoUser(email="o", password="secret", roles=["operator"]),
    )
    assert read_demo_file(tmp_path) is None
    write_demo_file(tmp_path, content)
    assert read_demo_file(tmp_path) == content
    assert stat.S_IMODE(demo_path(tmp_path).stat().st_mode) == 0o600
