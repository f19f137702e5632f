"""The Kubernetes manifests of deploy/k8s/base, as the guards read them."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from chassis.settings import Settings, declarations
from stack.docs import all_settings
from tests.guards.sources import ROOT

K8S = ROOT / "deploy/k8s"
BASE = K8S / "base"
PORT = 8080
"""Where every container serves."""

Object = dict[str, Any]


class Pod(NamedTuple):
    """What a Deployment or Job runs; ``config`` is the ConfigMap it may refer to."""

    owner: Object
    config: Mapping[str, str]

    @property
    def name(self) -> str:
        """Of its Deployment or Job."""
        return str(self.owner["metadata"]["name"])

    @property
    def spec(self) -> Object:
        """The pod's specification."""
        return dict(self.owner["spec"]["template"]["spec"])

    @property
    def labels(self) -> dict[str, str]:
        """The pod's labels, which network policies and Services look for."""
        return dict(self.owner["spec"]["template"]["metadata"]["labels"])

    @property
    def container(self) -> Object:
        """Its only container."""
        (found,) = self.spec["containers"]
        return dict(found)

    def told(self) -> dict[str, str]:
        """Its environment; what comes from a Secret has the name of its key as value."""
        given = {**self.config} if self.container.get("envFrom") else {}
        return given | {item["name"]: self._value(item) for item in self.container["env"]}

    def _value(self, item: Object) -> str:
        if "value" in item:
            return str(item["value"])
        source = item["valueFrom"]
        if "configMapKeyRef" in source:
            return self.config[source["configMapKeyRef"]["key"]]
        return str(source["secretKeyRef"]["key"])

    def files(self) -> set[str]:
        """Paths of the files that Secrets become in the container."""
        return {path for mount in self.container["volumeMounts"] for path in self._files_at(mount)}

    def _files_at(self, mount: Object) -> Iterator[str]:
        volume = next(item for item in self.spec["volumes"] if item["name"] == mount["name"])
        if "subPath" in mount:
            yield mount["mountPath"]
            return
        for source in volume.get("projected", {}).get("sources", []):
            for item in source["secret"]["items"]:
                yield f"{mount['mountPath']}/{item['path']}"


@cache
def objects(folder: Path = BASE) -> list[Object]:
    """Every object of a folder's files; parsed once, so not to be changed."""
    return [
        item
        for path in sorted(folder.glob("*.yaml"))
        if path.name != "kustomization.yaml"
        for item in yaml.safe_load_all(path.read_text())
    ]


def config() -> dict[str, str]:
    """What the ConfigMap says."""
    (found,) = (item for item in objects() if item["kind"] == "ConfigMap")
    return dict(found["data"])


def pods(kind: str) -> dict[str, Pod]:
    """The pods of every Deployment, or of every Job, by name."""
    return {
        item["metadata"]["name"]: Pod(item, config()) for item in objects() if item["kind"] == kind
    }


def settings_of(owner: str) -> type[Settings]:
    """The settings class of a service, or of ``stack``."""
    return dict(all_settings())[owner]


def misled(pod: Pod, cls: type[Settings]) -> Iterator[str]:
    """A sentence for each setting that the pod lacks, and for each that its code does not know."""
    told, names = pod.told(), {item.name: item for item in declarations(cls).values()}
    known = set(names) | {f"{name}_FILE" for name, item in names.items() if item.is_secret}
    for name, item in names.items():
        if item.is_required and not {name, f"{name}_FILE"} & set(told):
            yield f"{pod.name} is not told {name}: add it to deploy/k8s/base ({item.meaning})"
    for name in sorted(told):
        if name.startswith("ROSTRUM_") and name not in known:
            yield f"{pod.name} is told {name}, which {cls.__name__} does not know: leave it out"
