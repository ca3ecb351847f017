"""What `kubectl kustomize` makes of deploy/, as scripts/render-deploy has left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[1]
DEPLOY = REPOSITORY / "deploy"
RENDERED = REPOSITORY / "tests" / "deploy" / "rendered"
NAMES = ("base", "example", "kserve")

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """What a manifest says of its pods: their spec, and when they are given up after a SIGTERM, in seconds."""

    name: str
    spec: Manifest
    grace_seconds: int

    @property
    def container(self) -> Manifest:
        """The one container."""
        (container,) = self.spec["containers"]
        assert isinstance(container, dict)
        return container


def read(name: str) -> list[Manifest]:
    """The manifests of base, example or kserve."""
    return [document for document in yaml.safe_load_all((RENDERED / f"{name}.yaml").read_text("utf-8")) if document]


def one(name: str, kind: str) -> Manifest:
    """The one manifest of that kind."""
    (found,) = [manifest for manifest in read(name) if manifest["kind"] == kind]
    return found


def pods() -> Iterator[Pod]:
    """All that run latentd. KServe takes a pod's container from the runtime, and the rest from the service too."""
    for name in ("base", "example"):
        spec = one(name, "Deployment")["spec"]["template"]["spec"]
        yield Pod(name, spec, spec["terminationGracePeriodSeconds"])
    predictor = one("kserve", "InferenceService")["spec"]["predictor"]
    shared = {field: value for field, value in predictor.items() if field != "model"}
    yield Pod(
        "kserve", {**one("kserve", "ServingRuntime")["spec"], **shared}, predictor["terminationGracePeriodSeconds"]
    )


def variables(pod: Pod) -> dict[str, str]:
    """The environment that the pod's container is given."""
    written = {each["name"]: each["value"] for each in pod.container.get("env", [])}
    maps = {manifest["metadata"]["name"]: manifest["data"] for manifest in read(pod.name) if "data" in manifest}
    taken = [maps[source["configMapRef"]["name"]] for source in pod.container.get("envFrom", [])]
    return {name: value for each in [*taken, written] for name, value in each.items()}
