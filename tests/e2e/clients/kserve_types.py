"""What is wrong with manifests by the types of KServe's API, and of Kubernetes' in them, as JSON: a list of faults.

Usage: kserve_types.py < [manifest, …]

KServe generates these Python types from the Go types that its CRDs are generated from.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import kserve
import kubernetes

KINDS = {
    "serving.kserve.io/v1alpha1 ServingRuntime": kserve.V1alpha1ServingRuntime,
    "serving.kserve.io/v1beta1 InferenceService": kserve.V1beta1InferenceService,
}
SIMPLE: dict[str, type | tuple[type, ...]] = {
    "str": str, "int": int, "float": (int, float), "bool": bool, "object": object, "ResourceQuantity": (str, int),
}  # fmt: skip


def find_type(name: str) -> Any:
    return getattr(kserve, name, None) or getattr(kubernetes.client, name)


def faults(value: Any, name: str, place: str) -> Iterator[str]:
    """Where a value is not of the type of that name, with the names of all fields on the way."""
    if match := re.fullmatch(r"[lL]ist\[(.+)\]", name):
        yield from _in_parts(value, list, match[1], place)
    elif match := re.fullmatch(r"dict\(str, (.+)\)|Dict\[str, (.+)\]", name):
        yield from _in_parts(value, dict, match[1] or match[2], place)
    elif name in SIMPLE:
        if not isinstance(value, SIMPLE[name]) or (isinstance(value, bool) and name in {"int", "float"}):
            yield f"{place}: expected {name}; got {value!r}"
    else:
        yield from faults_of_model(value, find_type(name), place)


def _in_parts(value: Any, container: type, part: str, place: str) -> Iterator[str]:
    if not isinstance(value, container):
        yield f"{place}: expected {container.__name__}; got {value!r}"
        return
    parts: Any = value  # a list or a dict, as has just been seen
    for key, each in parts.items() if container is dict else enumerate(parts):
        yield from faults(each, part, f"{place}.{key}")


def faults_of_model(value: Any, model: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: expected the fields of {model.__name__}; got {value!r}"
        return
    attributes = {field: attribute for attribute, field in model.attribute_map.items()}
    yield from (f"{place}.{field}: {model.__name__} has no such field" for field in value.keys() - attributes.keys())
    known = {attributes[field]: each for field, each in value.items() if field in attributes}
    for attribute, each in known.items():
        yield from faults(each, model.openapi_types[attribute], f"{place}.{model.attribute_map[attribute]}")
    try:
        model(**known)  # it knows which fields there have to be, and what some may be
    except ValueError as error:
        yield f"{place}: {error}"


def main() -> None:
    found = []
    for manifest in json.load(sys.stdin):
        kind = KINDS[f"{manifest['apiVersion']} {manifest['kind']}"]
        found.append(list(faults_of_model(manifest, kind, manifest["kind"])))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
