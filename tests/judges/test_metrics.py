"""promtool reads /metrics of every process."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import requests

from stack.platform import Platform
from tests.judges.verdicts import verdict


@pytest.mark.timeout(300)
def test_every_scrape_is_clean(platform: Platform, api_key: str) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian package prometheus): make setup")
    assert api_key, "somebody has used the platform, so that series have values"
    said: dict[str, str] = {}
    for url in platform.metrics_urls:
        scrape = requests.get(url, timeout=20)
        assert scrape.status_code == 200
        assert b"rostrum_" in scrape.content, url
        judged = subprocess.run(
            [promtool, "check", "metrics"], input=scrape.content, capture_output=True, check=False
        )
        if judged.returncode or judged.stderr.strip() or judged.stdout.strip():
            said[url] = (judged.stdout + judged.stderr).decode()
    assert said == {}
    verdict("promtool check metrics", len(platform.metrics_urls), "clean", must=12)
