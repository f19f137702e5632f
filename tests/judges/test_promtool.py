"""Prometheus' own program reads our alerts, their tests and the scrape configurations."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.guards.sources import ROOT

MONITORING = ROOT / "deploy/monitoring"


@pytest.fixture(scope="module")
def promtool() -> str:
    """Its path."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed (Debian package prometheus): make setup")
    return found


def _verdict(*command: str, within: Path = MONITORING) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=within, capture_output=True, text=True, check=False)


def test_the_rules_are_well_formed(promtool: str) -> None:
    answer = _verdict(promtool, "check", "rules", "--lint=all", "--lint-fatal", "alerts.yml")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_alerts_fire_when_they_should_and_only_then(promtool: str) -> None:
    answer = _verdict(promtool, "test", "rules", "alerts_test.yml")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_planted_deaf_alert_fails_its_test(promtool: str, tmp_path: Path) -> None:
    rules = (MONITORING / "alerts.yml").read_text()
    deaf = rules.replace("dead_letter_depth) > 0", "dead_letter_depth) > 9")
    (tmp_path / "alerts.yml").write_text(deaf)
    tests = yaml.safe_load((MONITORING / "alerts_test.yml").read_text())
    tests["tests"] = [item for item in tests["tests"] if item["name"] == "DeadLetters"]
    (tmp_path / "alerts_test.yml").write_text(yaml.safe_dump(tests))
    answer = _verdict(promtool, "test", "rules", "alerts_test.yml", within=tmp_path)
    assert answer.returncode != 0
    assert "DeadLetters" in answer.stdout + answer.stderr


def test_the_scrape_configuration_of_one_machine_is_valid(promtool: str) -> None:
    answer = _verdict(promtool, "check", "config", "prometheus.yml")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_scrape_configuration_of_a_cluster_is_valid(promtool: str, tmp_path: Path) -> None:
    """Debian builds promtool without the discovery of pods; everything else is checked."""
    shutil.copy(MONITORING / "alerts.yml", tmp_path)
    text = yaml.safe_load((MONITORING / "prometheus-kubernetes.yml").read_text())
    discovery = text["scrape_configs"][0].pop("kubernetes_sd_configs")
    assert discovery == [{"role": "pod", "namespaces": {"names": ["rostrum"]}}]
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(text))
    answer = _verdict(promtool, "check", "config", "prometheus.yml", within=tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr
