"""The check of pods finds each thing that it looks for."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pod_security import violations

GOOD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "volumes": [{"name": "tmp", "emptyDir": {}}],
    "containers": [
        {
            "name": "it",
            "ports": [{"containerPort": 8000}],
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        }
    ],
}


def with_container(**fields: Any) -> dict[str, Any]:
    spoilt = copy.deepcopy(GOOD)
    spoilt["containers"][0]["securityContext"].update(fields)
    return spoilt


def test_a_restricted_pod_is_let_in() -> None:
    assert violations(GOOD) == []


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({**GOOD, "hostNetwork": True}, "hostNetwork"),
        ({**GOOD, "hostPID": True}, "hostPID"),
        ({**GOOD, "hostIPC": True}, "hostIPC"),
        ({**GOOD, "securityContext": {**GOOD["securityContext"], "sysctls": [{"name": "kernel.x"}]}}, "sysctls"),
        ({**GOOD, "volumes": [{"name": "root", "hostPath": {"path": "/"}}]}, "volume of kind hostPath"),
        ({**GOOD, "securityContext": {"runAsNonRoot": True}}, "it: seccompProfile"),
        (with_container(seccompProfile={"type": "Unconfined"}), "it: seccompProfile"),
        (with_container(privileged=True), "it: privileged"),
        (with_container(allowPrivilegeEscalation=True), "it: allowPrivilegeEscalation"),
        (with_container(capabilities={}), "it: capabilities.drop"),
        (with_container(capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]}), "it: capabilities.add"),
        (with_container(runAsNonRoot=False), "it: runAsNonRoot"),
        (with_container(runAsUser=0), "it: runAsNonRoot"),
        (with_container(procMount="Unmasked"), "it: procMount"),
        (
            {**GOOD, "containers": [{**GOOD["containers"][0], "ports": [{"containerPort": 80, "hostPort": 80}]}]},
            "it: hostPort",
        ),
        ({**GOOD, "initContainers": [{"name": "first"}]}, "first: allowPrivilegeEscalation"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_restricted_is_found(spec: dict[str, Any], fault: str) -> None:
    assert fault in violations(spec)
