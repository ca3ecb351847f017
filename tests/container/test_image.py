"""The image by itself: what is in it, what it may do, and that it serves without a shell and without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from container.images import REPOSITORY, REVISION, read_compose
from container.stack import inspect, podman, until
from latentd import __version__

IMAGE = "latentd:local"
MEGABYTE = 1_000_000
SHELLS = ("/usr/bin/sh", "/usr/bin/bash", "/usr/bin/dash")


def look(script: str, image: str = IMAGE) -> str:
    """What a Python script prints in the image."""
    return podman("run", "--rm", "--network=none", "--entrypoint", "python", image, "-c", script)


@pytest.fixture(scope="module")
def alone() -> Iterator[str]:
    """The image as it is run anywhere: hardened, no network, and nothing where the shells are."""
    masks = [argument for shell in SHELLS for argument in ("--volume", f"/dev/null:{shell}:ro")]
    name = podman("run", "--detach", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges",
        "--network=none", "--tmpfs=/tmp:rw,size=64m,mode=1777", *masks, IMAGE)  # fmt: skip
    yield name
    podman("rm", "--force", "--time", "20", name)


def test_the_image_is_small() -> None:
    assert int(podman("image", "inspect", IMAGE, "--format", "{{.Size}}")) < 350 * MEGABYTE


def test_it_has_no_torch_no_compiler_and_no_installer() -> None:
    modules = "('torch', 'onnx', 'onnxscript', 'matplotlib', 'sklearn', 'pytest')"
    assert look(f"import importlib.util as u; print([m for m in {modules} if u.find_spec(m)])") == "[]"
    assert look("import importlib.util as u; print(u.find_spec('pip'))") == "None"
    tools = "('gcc', 'cc', 'g++', 'clang', 'ld', 'as', 'make', 'cmake', 'git', 'curl', 'wget')"
    assert look(f"import shutil; print([t for t in {tools} if shutil.which(t)])") == "[]"


@pytest.mark.parametrize("service", ["latentd", "export"])
def test_it_says_what_it_is(service: str) -> None:
    known = read_compose()["services"][service]
    (config,) = json.loads(podman("image", "inspect", known["image"], "--format", "[{{json .Config}}]"))
    title = known["image"].partition(":")[0]
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert labels.pop("description")
    assert {name: value for name, value in labels.items() if not name.startswith("io.buildah.")} == {
        "title": title,
        "licenses": "MIT",
        "version": __version__,
        "revision": REVISION,
        "base.name": "docker.io/library/python:3.11-slim-bookworm",
    }
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == [title]
    assert "ORT_DISABLE_TELEMETRY=1" in config["Env"]


def test_it_is_pinned_as_constraints_say() -> None:
    installed = look(
        "from importlib.metadata import distributions as d;"
        "print('\\n'.join(f'{x.name.lower().replace(\"_\", \"-\")}=={x.version}' for x in d() if x.name != 'latentd'))"
    )
    lines = (REPOSITORY / "constraints.txt").read_text("utf-8").split()
    assert set(installed.split()) <= {line.lower().replace("_", "-") for line in lines}


def test_it_serves_without_shell_network_or_a_file_that_it_may_write(alone: str) -> None:
    until(lambda: podman("healthcheck", "run", alone, check=False) == "" and healthy(alone), "it is healthy")
    podman("exec", alone, "python", "-c", "import os; assert os.getuid() == 10001")
    for folder in ("/", "/opt/latentd", "/models", "/etc"):
        refused = podman(
            "exec", alone, "python", "-c",
            f"try: open('{folder}/x', 'w'); print('written')\nexcept OSError as error: print(error.strerror)",
        )  # fmt: skip
        assert refused in ("Read-only file system", "Permission denied")
    status = podman("exec", alone, "python", "-c", "print(open('/proc/1/status').read())")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {int(facts[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")} == {0}
    assert facts["NoNewPrivs"] == "1"


def test_it_ends_in_order(alone: str) -> None:
    podman("stop", "--time", "30", alone)
    assert inspect(alone)["State"]["ExitCode"] == 0


def healthy(name: str) -> bool:
    return bool(inspect(name)["State"]["Health"]["Status"] == "healthy")
