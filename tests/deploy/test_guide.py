"""docs/deploy.md explains every field of the manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from manifests import DEPLOY, REPOSITORY

GUIDE = (REPOSITORY / "docs" / "deploy.md").read_text("utf-8")
WORDS = set(re.findall(r"[A-Za-z0-9_./-]+", " ".join(re.findall(r"`([^`\n]+)`", GUIDE))))
FILES = [path for folder in ("kubernetes", "kserve") for path in sorted((DEPLOY / folder).rglob("*.yaml"))]

# What every manifest has, and what kustomize's own files say to kustomize.
COMMON = {
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "annotations",
    "spec",
    "template",
    "containers",
    "volumes",
}
GROUPING = {"securityContext", "resources", "ports", "http", "paths", "pathType", "service", "model", "predictor"}
KUSTOMIZE = {"pairs", "includeTemplates", "envs", "literals", "patches", "patch", "target", "components"}


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        yield from (key for each in value.values() for key in keys(each))
    elif isinstance(value, list):
        yield from (key for each in value for key in keys(each))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_field_is_explained(path: Path) -> None:
    fields = {key for manifest in yaml.safe_load_all(path.read_text("utf-8")) for key in keys(manifest)}
    short = {field.rsplit("/", 1)[-1] for field in fields - COMMON - GROUPING - KUSTOMIZE if field not in WORDS}
    assert short - WORDS == set()


def test_every_link_leads_somewhere() -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", GUIDE)]
    assert targets
    assert [target for target in targets if not (REPOSITORY / "docs" / target).exists()] == []


def test_every_setting_of_the_manifests_is_explained() -> None:
    named = set(
        re.findall(r"^(LATENTD_\w+)=", (DEPLOY / "kubernetes/base/settings.env").read_text("utf-8"), re.MULTILINE)
    )
    assert named
    assert {name for name in named if name not in GUIDE} == set()
