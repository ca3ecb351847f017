"""What gets no further than the connection is found in the log and in the metrics."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import httpx

from servers import PATIENCE, serving

SETTINGS = {"LATENTD_LOG_FORMAT": "json", "LATENTD_HEAD_SECONDS": "1", "LATENTD_MAX_HEAD_BYTES": "1024"}
SENT = {
    "what is no HTTP": (b"nonsense\r\n\r\n", 400),
    "a head past the limit": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 2000 + b"\r\n\r\n", 431),
    "a head that does not come": (b"GET / HTTP/1.1\r\nHost:", 408),
}


def test_an_operator_finds_why_a_client_was_refused(models_folder: Path, tmp_path: Path) -> None:
    with serving(models_folder, tmp_path / "log", SETTINGS) as server:
        for sent, status in SENT.values():
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
                client.sendall(sent)
                assert client.recv(100).startswith(b"HTTP/1.1 %d" % status)
        metrics = httpx.get(f"{server.url}/metrics").text
        lines = access_lines(server.log())
    for line, (_, status) in zip(lines, SENT.values(), strict=True):
        assert (line["status"], line["client"], line["level"]) == (status, "127.0.0.1", "info")
        assert f'latentd_requests_total{{model="",route="",status="{status}"}} 1.0' in metrics
    assert [line["reason"] for line in lines][2] == "the head did not come in time"


def access_lines(log: str) -> list[dict[str, object]]:
    return [line for line in map(json.loads, log.splitlines()) if line["logger"] == "latentd.access"]
