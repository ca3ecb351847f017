"""Builds the images of docker-compose.yml as they stand there, on stand-ins for the public images that they name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[2]
STAND_INS = Path(__file__).parent / "stand_ins"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SOURCES = "/etc/apt/sources.list.d/debian.sources"
DEBIAN = "localhost/debian:bookworm"
PACKAGES = "python3,python3-venv,ca-certificates,usr-is-merged"
# All of Perl came with what merged /usr, which is done by then.
WITHOUT = 'chroot "$1" apt-get --yes --quiet purge perl perl-modules-5.36 libperl5.36'
REVISION = "0" * 39 + "1"  # the same in each run, so that what is there already is not built again
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")
NOT_UNPACKED = ("man", "doc", "locale", "info")

Service = dict[str, Any]


def main() -> None:
    """Everything that is needed to run the stack; what the store has already is taken from there."""
    began = time.monotonic()
    if subprocess.run(["podman", "image", "exists", DEBIAN], check=False).returncode:
        import_debian()
    services = read_compose()["services"]
    for name, image in public_images(services).items():
        build_stand_in(name, image)
    for service in services.values():
        if "build" in service:
            build(service)
    print(f"container-test: images built in {time.monotonic() - began:.0f} s", file=sys.stderr)


def read_compose() -> dict[str, Any]:
    """docker-compose.yml."""
    content: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))
    return content


def public_images(services: dict[str, Service]) -> dict[str, str]:
    """The public images that are stood in for, by the name of the stand-in: Debian has no package of Grafana."""
    images = [service["image"] for service in services.values() if "build" not in service]
    images.append(_python_image())
    return {name: image for image in images if (name := _short(image)) != "grafana"}


def _python_image() -> str:
    text = (REPOSITORY / "service" / "Dockerfile").read_text("utf-8")
    return next(line.partition("=")[2] for line in text.splitlines() if line.startswith("ARG PYTHON_IMAGE="))


def _short(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[0]


def import_debian() -> None:
    """A Debian with Python and pip, from this machine's own package sources."""
    excluded = [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in NOT_UNPACKED]
    archive = Path(os.environ["TMPDIR"]) / "debian.tar"
    run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}",
        '--aptopt=APT::Install-Recommends "false"', *excluded, f"--customize-hook={WITHOUT}",
        "bookworm", str(archive), SOURCES)  # fmt: skip
    change = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    run("podman", "import", "--quiet", "--change", change, str(archive), DEBIAN)
    archive.unlink()


def build_stand_in(name: str, image: str) -> None:
    """The stand-in `name`, tagged as the public image."""
    file = STAND_INS / f"{name}.Containerfile"
    run("podman", "build", "--quiet", "--pull=never", "--tag", image, "--file", str(file), str(STAND_INS))


def build(service: Service) -> None:
    """A service's own image. pip inside reaches what pip here does, and nothing of that stays in the image."""
    options = service["build"]
    given = {**options["args"], "PIP_EXTRA_INDEX_URL": ""}
    arguments = [word for name, value in given.items() for word in ("--build-arg", f"{name}={_filled_in(value)}")]
    run("podman", "build", "--quiet", "--pull=never", "--tag", service["image"], "--target", options["target"],
        "--file", str(REPOSITORY / options["dockerfile"]), *_pip_mounts(), *arguments,
        str(REPOSITORY / options["context"]))  # fmt: skip


def _filled_in(value: str) -> str:
    """A value as an operator has Compose understand it, who gives a revision."""
    variables = {"LATENTD_REVISION": REVISION}
    return VARIABLE.sub(lambda found: variables.get(found[1], found[2]), value)


def _pip_mounts() -> list[str]:
    """This machine's pip configuration as /etc/pip.conf, and the folders and certificates that it names."""
    options = _pip_options()
    file = Path(os.environ["TMPDIR"]) / "pip.conf"
    file.write_text("\n".join(["[global]", *(f"{name} = {value}" for name, value in options.items()), ""]))
    words = [word for value in options.values() for word in value.split()]
    indexes = [
        Path(word.removeprefix("file://")).parent for word in words if word.startswith("file://")
    ]  # and its files
    places = {*indexes, *(Path(word) for word in words if word.startswith("/") and Path(word).exists()), CERTIFICATES}
    mounts = [f"{file}:/etc/pip.conf:ro", *(f"{place}:{place}:ro" for place in sorted(places))]
    return [argument for mount in mounts for argument in ("--volume", mount)]


def _pip_options() -> dict[str, str]:
    text = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    pairs = (line.partition("=") for line in text.stdout.splitlines())
    return {name.rpartition(".")[2]: value.strip("'\"") for name, _, value in pairs}


def run(*command: str) -> None:
    """Run a command. One that fails ends this with what it has said."""
    ran = subprocess.run(command, check=False, cwd=REPOSITORY, capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"{' '.join(command)}\n{ran.stdout}{ran.stderr}")


if __name__ == "__main__":
    main()
