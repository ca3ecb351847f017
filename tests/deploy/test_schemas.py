"""The manifests against the schemas of Kubernetes' own API, of its oldest and its newest version that we know of."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import kubernetes_validate
import pytest

from manifests import Manifest, read

VERSIONS = ("1.30", "1.37")
MANIFESTS = [manifest for name in ("base", "example") for manifest in read(name)]


def deployment() -> Manifest:
    (found,) = [manifest for manifest in read("base") if manifest["kind"] == "Deployment"]
    return found


def container(manifest: Manifest) -> dict[str, Any]:
    found: dict[str, Any] = manifest["spec"]["template"]["spec"]["containers"][0]
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: str(manifest["kind"]))
def test_kubernetes_takes_it(manifest: Manifest, version: str) -> None:
    assert kubernetes_validate.validate(manifest, version, strict=True) == version


@pytest.mark.parametrize(
    "spoil",
    [
        lambda manifest: container(manifest).update(image=7),
        lambda manifest: container(manifest).update(readynessProbe={}),
        lambda manifest: container(manifest).pop("name"),
        lambda manifest: manifest["spec"].pop("selector"),
        lambda manifest: manifest["spec"].update(minReadySeconds="soon"),
    ],
)
def test_what_is_wrong_would_be_found(spoil: Callable[[Manifest], object]) -> None:
    spoilt = copy.deepcopy(deployment())
    spoil(spoilt)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, VERSIONS[-1], strict=True)
