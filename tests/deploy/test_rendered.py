"""What the tests look at is what kustomize makes of deploy/ as it is now."""

from __future__ import annotations

import hashlib

from manifests import DEPLOY, NAMES, RENDERED, REPOSITORY, read

SOURCES = [*(DEPLOY / "kubernetes").rglob("*"), *(DEPLOY / "kserve").rglob("*")]


def test_the_rendered_manifests_are_of_these_sources() -> None:
    found = {
        str(path.relative_to(REPOSITORY)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in SOURCES
        if path.is_file()
    }
    lines = (RENDERED / "sources.sha256").read_text("utf-8").splitlines()
    assert found == {path: digest for digest, path in (line.split(maxsplit=1) for line in lines)}, (
        "run scripts/render-deploy"
    )


def test_something_is_rendered_of_each() -> None:
    assert {name: [manifest["kind"] for manifest in read(name)] for name in NAMES} == {
        "base": [
            *["ServiceAccount", "ConfigMap", "Service", "Deployment"],
            *["PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"],
        ],
        "example": [
            *["Namespace", "ServiceAccount", "ConfigMap", "Service", "PersistentVolumeClaim", "Deployment"],
            *["PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress", "NetworkPolicy"],
        ],
        "kserve": ["ServingRuntime", "InferenceService"],
    }
