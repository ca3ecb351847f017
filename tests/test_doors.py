"""What users may rely on, and what no room may know."""

from __future__ import annotations

import importlib
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PUBLIC = {
    "latentd.inference": ["Autoencoder", "Posterior", "Reconstruction", "Registry"],
    "latentd.bundle": [
        *["Bundle", "BundleLimits", "Examples", "Golden", "HeldOutLatents", "Manifest"],
        *["find_bundles", "latest_bundle", "manifest_schema", "read_bundle", "read_manifest"],
    ],
}
SOURCES = [
    *sorted((REPOSITORY / "service" / "latentd").rglob("*.py")),
    REPOSITORY / "export" / "latentd_export" / "architectures.py",
]


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_these(module: str) -> None:
    package = importlib.import_module(module)
    assert sorted(package.__all__) == sorted(PUBLIC[module])
    assert all(hasattr(package, name) for name in package.__all__)


def numbers_in(path: Path) -> Iterator[str]:
    with path.open("rb") as source:
        tokens = tokenize.tokenize(source.readline)
        # ten steps, by the contract, are no shape
        yield from (token.string for token in tokens if token.type == tokenize.NUMBER and "steps: " not in token.line)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_code_knows_the_shapes_of_mnist(path: Path) -> None:
    assert not {"784", "28", "10"} & set(numbers_in(path))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_the_environment_is_read_in_settings_alone(path: Path) -> None:
    # session.py sets a variable for onnxruntime, and request_id.py takes random bytes: neither reads one.
    reads = re.search(r"os\.(getenv|environ\.get|environ\[[^]]*\](?! =))", path.read_text("utf-8"))
    assert not reads
