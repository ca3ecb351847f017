"""Certificates that sign themselves, made by openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

from latentd.settings import Settings


def make_certificate(folder: Path, *options: str) -> Settings:
    """A certificate for localhost and its key, as settings."""
    folder.mkdir()
    settings = Settings(tls_certificate=folder / "chain.pem", tls_key=folder / "key.pem")
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"]
    files = ["-keyout", str(settings.tls_key), "-out", str(settings.tls_certificate)]
    command = ["openssl", "req", *kind, "-addext", "subjectAltName=DNS:localhost", *files, *(options or ("-nodes",))]
    subprocess.run(command, check=True, capture_output=True)
    return settings
