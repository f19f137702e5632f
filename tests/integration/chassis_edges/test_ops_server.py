"""The operators' doors of a worker over a real socket."""

from __future__ import annotations

import pytest
import urllib3

from chassis.errors import BadSettings
from chassis.health import Health
from chassis.http.ops import serve_ops
from chassis.metrics import new_registry


def test_a_worker_answers_on_its_port_and_names_a_taken_one() -> None:
    server = serve_ops(0, Health(), new_registry())
    try:
        url = f"http://127.0.0.1:{server.port}"
        with urllib3.PoolManager() as http:
            assert http.request("GET", f"{url}/readyz").status == 200
            scrape = http.request("GET", f"{url}/metrics").data
        assert b"process_resident_memory_bytes" in scrape
        assert b"rostrum_ready 1.0" in scrape
        with pytest.raises(BadSettings, match=f"port {server.port} "):
            serve_ops(server.port, Health(), new_registry())
    finally:
        server.close()
