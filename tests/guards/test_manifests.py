"""The cluster runs the processes of the process table, with their settings and no more rights."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.http import gunicorn_conf
from chassis.loops import DRAIN_SECONDS
from chassis.settings import load
from stack.layout import PROCESSES, Process, named
from stack.secrets import NAMES
from tests.guards.manifests import BASE, K8S, PORT, Pod, misled, objects, pods, settings_of
from tests.guards.sources import ROOT

_HARDENED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
_OUTSIDE = {"ingest-web", "ingest-worker", "ingest-publisher"}
"""The processes that hold an outbound client (rule 1: the only code that visits the outside)."""


def _expected_command(process: Process) -> list[str]:
    """What the supervisor would start, on every address and on the container's port."""
    _, *rest = process.argv(PORT - process.offset)
    return ["python", *(word.replace("127.0.0.1", "0.0.0.0") for word in rest)]


def _everybody() -> dict[str, Pod]:
    return pods("Deployment") | pods("Job")


def _careless(pod: Pod) -> Iterator[str]:
    """A sentence for each thing that the pod may do and need not."""
    context = pod.spec["securityContext"]
    if pod.container.get("securityContext") != _HARDENED:
        yield f"{pod.name}: the container's securityContext is not {_HARDENED}"
    if not context.get("runAsNonRoot") or context.get("runAsUser", 0) < 10_000:
        yield f"{pod.name}: runs as root or as a user of the node: runAsNonRoot, runAsUser >= 10000"
    if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield f"{pod.name}: seccompProfile is not RuntimeDefault"
    if pod.spec.get("automountServiceAccountToken") is not False:
        yield f"{pod.name}: gets a token of the cluster: automountServiceAccountToken: false"
    if pod.spec.get("enableServiceLinks") is not False:
        yield f"{pod.name}: is told about Services: enableServiceLinks: false"
    if set(pod.container.get("resources", {})) != {"requests", "limits"}:
        yield f"{pod.name}: has no requests or no limits"


def _grace_left(pod: Pod) -> float:
    """Seconds between the end of draining and being killed."""
    stop = pod.container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command")
    pause = float(stop[1]) if stop else 0.0
    drain = max(DRAIN_SECONDS, gunicorn_conf.graceful_timeout)
    return float(pod.spec["terminationGracePeriodSeconds"]) - pause - drain


def _doors(pod: Pod) -> dict[str, str]:
    """Probe -> the path that it asks, over the network or from inside."""
    kinds = ("startupProbe", "livenessProbe", "readinessProbe")
    return {kind: _door(pod.container[kind]) for kind in kinds}


def _door(probe: dict[str, Any]) -> str:
    if "httpGet" in probe:
        return str(probe["httpGet"]["path"])
    _, _, rest = probe["exec"]["command"][-1].partition(f":{PORT}")
    return str(rest.split("'")[0])


def _secrets_used() -> set[tuple[str, str]]:
    """(Secret, key) of every reference."""
    return {pair for pod in _everybody().values() for pair in _references(pod.spec)}


def _references(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    if isinstance(node, dict):
        yield from _here(node)
        for item in node.values():
            yield from _references(item)


def _here(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "secretKeyRef" in node:
        yield node["secretKeyRef"]["name"], node["secretKeyRef"]["key"]
    secret = node.get("secret")
    if isinstance(secret, dict):
        name = secret.get("name") or secret["secretName"]
        yield from ((name, item["key"]) for item in secret["items"])


def test_every_process_has_a_deployment_and_nobody_else() -> None:
    assert set(pods("Deployment")) == {process.name for process in PROCESSES}
    assert set(pods("Job")) == {"rostrum-prepare"}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_deployment_starts_what_the_process_table_says(process: Process) -> None:
    pod = pods("Deployment")[process.name]
    assert pod.container["command"] == _expected_command(process)
    assert pod.container["ports"] == [{"name": "http", "containerPort": PORT}]
    told = pod.told()
    assert ("PROMETHEUS_MULTIPROC_DIR" in told) == process.is_web
    assert (told.get("ROSTRUM_OPS_PORT") == str(PORT)) != process.is_web


def test_everybody_is_told_what_is_required_and_nothing_unknown() -> None:
    offences = [
        offence
        for pod in pods("Deployment").values()
        for offence in misled(pod, settings_of(named(pod.name).service))
    ]
    (prepare,) = pods("Job").values()
    offences += misled(prepare, settings_of("stack"))
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_accepts_what_it_is_told_in_production(process: Process, tmp_path: Path) -> None:
    pod = pods("Deployment")[process.name]
    told = pod.told()
    for name, path in told.items():
        if name.startswith("ROSTRUM_") and name.endswith("_FILE"):
            assert path in pod.files(), f"{process.name}: no Secret becomes {path}"
            stand_in = tmp_path / name
            stand_in.write_text("5" * 64)
            told[name] = str(stand_in)
    settings = load(settings_of(process.service), told)
    assert str(settings.mode) == "production"


def test_prepare_finds_the_passwords_where_it_looks_for_them() -> None:
    (job,) = pods("Job").values()
    folder = f"{job.told()['ROSTRUM_HOME']}/secrets"
    users = {f"{folder}/{name}" for name in NAMES if name.startswith("mongo_")}
    assert job.files() == users - {f"{folder}/mongo_admin"}


def test_nobody_has_rights_it_does_not_need() -> None:
    offences = [offence for pod in _everybody().values() for offence in _careless(pod)]
    assert not offences, "\n".join(offences)


def test_everybody_may_drain_before_it_is_killed() -> None:
    late = [pod.name for pod in pods("Deployment").values() if _grace_left(pod) < 5]
    assert not late, f"{late}: terminationGracePeriodSeconds is under preStop and drain and 5 s"


def test_probes_ask_the_right_doors() -> None:
    for pod in pods("Deployment").values():
        assert _doors(pod) == {
            "startupProbe": "/livez",
            "livenessProbe": "/livez",
            "readinessProbe": "/readyz",
        }, pod.name


def test_who_takes_requests_has_a_service_and_all_have_a_budget() -> None:
    by_kind = {
        kind: {item["metadata"]["name"] for item in objects() if item["kind"] == kind}
        for kind in ("Service", "PodDisruptionBudget")
    }
    assert by_kind["Service"] == {process.name for process in PROCESSES if process.is_web}
    assert by_kind["PodDisruptionBudget"] == {process.name for process in PROCESSES}


def test_only_ingest_reaches_the_outside() -> None:
    let_out = {pod.name for pod in _everybody().values() if "outside" in pod.labels}
    assert let_out == _OUTSIDE
    policies = [item for item in objects() if item["kind"] == "NetworkPolicy"]
    wide = [item["metadata"]["name"] for item in policies if "ipBlock" in str(item)]
    assert wide == ["ingest-reaches-outside"]
    denied = next(item for item in policies if item["metadata"]["name"] == "default-deny")
    assert denied["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_secrets_are_named_and_never_written_here() -> None:
    assert not [item for item in objects() if item["kind"] == "Secret"]
    page = (ROOT / "deploy/README.md").read_text()
    missing = [
        f"{name}/{key}" for name, key in _secrets_used() if f"`{name}` | `{key}`" not in page
    ]
    assert not missing, f"deploy/README.md does not say where {missing} come from"


def test_the_base_lists_its_files_and_production_scales_every_process_once() -> None:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    files = {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert sorted(listed) == sorted(files)
    folder = K8S / "overlays/production"
    overlay = yaml.safe_load((folder / "kustomization.yaml").read_text())
    fixed = [item["name"] for item in overlay["replicas"] if item["count"] >= 2]
    scaled = [item["spec"]["scaleTargetRef"]["name"] for item in objects(folder)]
    assert sorted(fixed + scaled) == sorted(process.name for process in PROCESSES)


def _planted(**changes: Any) -> Pod:
    """A pod of reporting with other container fields."""
    owner = yaml.safe_load((BASE / "reporting-worker.yaml").read_text().split("\n---\n")[0])
    owner["spec"]["template"]["spec"]["containers"][0] |= changes
    return Pod(owner, {"ROSTRUM_KAFKA_BOOTSTRAP": "kafka:9092"})


def test_a_planted_variable_and_a_planted_gap_are_found() -> None:
    env = [{"name": "ROSTRUM_FLAVOUR", "value": "mint"}, {"name": "ROSTRUM_TOKEN_KEY", "value": ""}]
    offences = list(misled(_planted(env=env), settings_of("reporting")))
    assert [offence.split(":")[0] for offence in offences] == [
        "reporting-worker is not told ROSTRUM_MONGO_URI",
        "reporting-worker is not told ROSTRUM_AUDIT_KEY",
        "reporting-worker is told ROSTRUM_FLAVOUR, which ReportingSettings does not know",
    ]


def test_a_planted_careless_pod_is_found() -> None:
    pod = _planted(securityContext={}, resources={"limits": {}})
    assert len(list(_careless(pod))) == 2
    pod.owner["spec"]["template"]["spec"] |= {"securityContext": {"runAsUser": 1}}
    del pod.owner["spec"]["template"]["spec"]["automountServiceAccountToken"]
    assert len(list(_careless(pod))) == 5


def test_a_planted_short_grace_is_found() -> None:
    pod = _planted(lifecycle={"preStop": {"exec": {"command": ["sleep", "15"]}}})
    assert _grace_left(pod) == 5
    pod.owner["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 30
    assert _grace_left(pod) < 0
