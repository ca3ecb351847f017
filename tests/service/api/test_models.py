"""What is told of models."""

from __future__ import annotations

import json

from latentd.api.models import ModelList, ModelSummary, describe
from latentd.inference import Registry


def test_a_summary_is_a_part_of_the_manifest(registry: Registry) -> None:
    manifest = registry.get("colours").manifest
    summary = ModelSummary.of(manifest, [1]).model_dump(mode="json")
    whole = json.loads(manifest.model_dump_json())
    assert summary.pop("versions") == [1]
    assert summary.pop("parameters") == manifest.parameters
    assert summary.pop("input_dim") == 3072
    assert summary == {name: whole[name] for name in summary}


def test_the_list_has_each_name_once_in_its_highest_version(registry: Registry) -> None:
    listed = ModelList.of(Registry(registry, default="sensors"))
    assert listed.default == "sensors"
    assert [(model.name, model.version, model.versions) for model in listed.models][2] == ("toy", 2, [1, 2])
    assert [model.name for model in listed.models] == registry.names


def test_a_description_is_the_manifest_with_all_versions(registry: Registry) -> None:
    described = describe(registry, "toy", 1)
    assert described.pop("versions") == [1, 2]
    assert described == json.loads(registry.get("toy", 1).manifest.model_dump_json())
    assert describe(registry, "toy")["version"] == 2
