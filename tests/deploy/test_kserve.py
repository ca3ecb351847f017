"""deploy/kserve by KServe's own types, and on what KServe's own storage initializer lays down."""

from __future__ import annotations

import copy
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from manifests import REPOSITORY, Manifest, Pod, one, pods, read, variables
from peers import Peer
from servers import serving

MODELS = REPOSITORY / "models"


@pytest.fixture(scope="module")
def kserve() -> Peer:
    return Peer.installed("kserve")


def runtime() -> Manifest:
    return copy.deepcopy(one("kserve", "ServingRuntime"))


def service() -> Manifest:
    return copy.deepcopy(one("kserve", "InferenceService"))


def spoilt(manifest: Manifest, spoil: Callable[[Manifest], object]) -> Manifest:
    spoil(manifest["spec"])
    return manifest


def port(spec: Manifest) -> Manifest:
    found: Manifest = spec["containers"][0]["ports"][0]
    return found


def test_kserve_knows_every_field(kserve: Peer) -> None:
    assert kserve.ask("kserve_types", given=read("kserve")) == [[], []]


def test_what_is_wrong_would_be_found(kserve: Peer) -> None:
    bad = {
        "spec.protocolVersion": spoilt(runtime(), lambda spec: spec.update(protocolVersion=["v2"])),
        "spec: Invalid value for `containers`": spoilt(runtime(), lambda spec: spec.pop("containers")),
        "containers.0.readynessProbe": spoilt(runtime(), lambda spec: spec["containers"][0].update(readynessProbe={})),
        "ports.0.containerPort": spoilt(runtime(), lambda spec: port(spec).update(containerPort="8080")),
        "spec.multiModel": spoilt(runtime(), lambda spec: spec.update(multiModel="no")),
        "spec: Invalid value for `predictor`": spoilt(service(), lambda spec: spec.pop("predictor")),
        "predictor.minReplicas": spoilt(service(), lambda spec: spec["predictor"].update(minReplicas=True)),
        "model.storageURI": spoilt(service(), lambda spec: spec["predictor"]["model"].update(storageURI="s3://bucket")),
        "model.modelFormat": spoilt(service(), lambda spec: spec["predictor"]["model"].update(modelFormat="latentd")),
    }
    found = kserve.ask("kserve_types", given=list(bad.values()))
    assert [place in faults[0] for place, faults in zip(bad, found, strict=True)] == [True] * len(bad)


def archive(folder: Path) -> Path:
    """The shipped models as one file, as they may lie in a bucket."""
    path = folder / "models.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as file:
        for name in ("ae-mnist", "dae-mnist"):
            file.add(MODELS / name, name)
    return path


@pytest.mark.parametrize(
    ("stored", "mounted_at", "names"),
    [
        (MODELS, "", ["ae-mnist", "dae-mnist", "vae-mnist"]),
        ("models.tar.gz", "", ["ae-mnist", "dae-mnist"]),
        (MODELS / "vae-mnist", "vae-mnist", ["vae-mnist"]),  # storageUris with a mountPath
    ],
    ids=["a folder of models", "an archive of models", "one model under its name"],
)
def test_what_the_storage_initializer_lays_down_is_served(
    kserve: Peer, tmp_path: Path, stored: str | Path, mounted_at: str, names: list[str]
) -> None:
    uri = f"file://{archive(tmp_path) if isinstance(stored, str) else stored}"
    mounted = tmp_path / "mnt-models"
    kserve.run("python", "tests/e2e/clients/kserve_storage_initializer.py", uri, str(mounted / mounted_at))
    (pod,) = [pod for pod in pods() if pod.name == "kserve"]
    with serving(mounted, tmp_path / "log", in_a_pod(pod, mounted)) as server:
        assert [httpx.get(server.url + path).status_code for path in probes(pod)] == [200, 200]
        index: list[dict[str, Any]] = httpx.post(f"{server.url}/v2/repository/index").json()
        assert sorted({entry["name"] for entry in index if "." not in entry["name"]}) == names
        assert all(httpx.get(f"{server.url}/v2/models/{name}/ready").is_success for name in names)


def probes(pod: Pod) -> list[str]:
    return [probe["httpGet"]["path"] for name, probe in pod.container.items() if name.endswith("Probe")]


def in_a_pod(pod: Pod, mounted: Path) -> dict[str, str]:
    """The pod's variables, but for the address, for the folder that is mounted, and for who waits for the end."""
    given = {**variables(pod), "LATENTD_MODELS": str(mounted), "LATENTD_DRAIN_SECONDS": "0"}
    return {name: value for name, value in given.items() if name not in {"LATENTD_HOST", "LATENTD_PORT"}}
