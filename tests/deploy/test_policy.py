"""What every manifest of ours has to hold, beyond what the schemas ask for."""

from __future__ import annotations

import re
from typing import Any

import pytest

from latentd import __version__
from latentd.bundle.manifest import FORMAT_VERSION
from latentd.settings import PREFIX, Credentials, Settings
from manifests import DEPLOY, NAMES, REPOSITORY, Pod, one, pods, read, variables
from pod_security import violations

PODS = list(pods())
VARIABLE = re.compile(rf"\b{PREFIX}[A-Z0-9_]*[A-Z0-9]\b")
OF_COMPOSE = re.compile(rf"\$\{{{PREFIX}\w+")  # what the compose file itself takes from the shell
KNOWN = {PREFIX + field.upper() for kind in (Settings, Credentials) for field in kind.model_fields}
OFFLINE = {"LATENTD_DATA_DIR"}  # where latentd-export looks for MNIST
DEPLOYED = [
    REPOSITORY / "docs" / "deploy.md",
    *(path for path in DEPLOY.rglob("*") if path.is_file()),
    *REPOSITORY.glob("docker-compose*.yml"),
    *REPOSITORY.glob("service/Dockerfile"),
]

each_pod = pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod.name)


def settings(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings that latentd finds in the pod."""
    for name, value in variables(pod).items():
        monkeypatch.setenv(name, value)
    return Settings.read()


@each_pod
def test_it_is_restricted(pod: Pod) -> None:
    assert violations(pod.spec) == []


@each_pod
def test_it_writes_to_tmp_alone_and_holds_no_token(pod: Pod) -> None:
    assert pod.container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod.spec["automountServiceAccountToken"] is False
    mounts = {mount["name"]: mount for mount in pod.container["volumeMounts"]}
    assert mounts["tmp"]["mountPath"] == "/tmp"
    assert all(mount.get("readOnly") for name, mount in mounts.items() if name != "tmp")
    assert mounts.keys() == {volume["name"] for volume in pod.spec["volumes"]}


@each_pod
def test_no_service_of_the_cluster_gets_into_its_settings(pod: Pod) -> None:
    assert pod.spec["enableServiceLinks"] is False


@each_pod
def test_its_variables_are_allowed_settings(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    assert variables(pod).keys() <= KNOWN
    assert settings(pod, monkeypatch).host == "0.0.0.0"


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_variable_that_is_named_is_a_setting(path: Any) -> None:
    text = OF_COMPOSE.sub("", path.read_text("utf-8"))
    assert set(VARIABLE.findall(text)) <= KNOWN | OFFLINE


@each_pod
def test_its_port_is_the_one_that_latentd_listens_on(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = pod.container["ports"]
    assert port["containerPort"] == settings(pod, monkeypatch).port
    probes = [probe for name, probe in pod.container.items() if name.endswith("Probe")]
    assert {probe["httpGet"]["port"] for probe in probes} <= {port["name"], port["containerPort"]}


@each_pod
def test_it_is_given_up_only_after_all_that_it_had_accepted(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(pod, monkeypatch)
    assert pod.grace_seconds > found.drain_seconds + found.body_seconds


@each_pod
def test_it_is_off_the_list_before_it_ends(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = pod.container["readinessProbe"]
    noticed = probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"]
    assert noticed < settings(pod, monkeypatch).drain_seconds


@each_pod
def test_its_resources_are_bounded(pod: Pod) -> None:
    resources = pod.container["resources"]
    assert resources["requests"].keys() == resources["limits"].keys() == {"cpu", "memory"}


@pytest.mark.parametrize("name", NAMES)
def test_names_and_images_agree(name: str) -> None:
    labels = {"app.kubernetes.io/name": "latentd"}
    assert all(labels.items() <= manifest["metadata"]["labels"].items() for manifest in read(name))
    (pod,) = [pod for pod in PODS if pod.name == name]
    assert re.fullmatch(rf"(.*/)?latentd:{re.escape(__version__)}", pod.container["image"])


@pytest.mark.parametrize("name", ["base", "example"])
def test_all_selectors_find_the_pods(name: str) -> None:
    template = one(name, "Deployment")["spec"]["template"]
    labels = template["metadata"]["labels"]
    spread = template["spec"]["topologySpreadConstraints"]
    assert one(name, "Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert one(name, "Service")["spec"]["selector"] == labels
    assert one(name, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert one(name, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    assert [each["labelSelector"]["matchLabels"] for each in spread] == [labels, labels]
    assert one(name, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == "latentd"


@pytest.mark.parametrize("name", ["base", "example"])
def test_ports_are_named_alike_and_nothing_leaves(name: str) -> None:
    (port,) = one(name, "Deployment")["spec"]["template"]["spec"]["containers"][0]["ports"]
    policy = one(name, "NetworkPolicy")["spec"]
    assert [each["targetPort"] for each in one(name, "Service")["spec"]["ports"]] == [port["name"]]
    assert [each["port"] for rule in policy["ingress"] for each in rule["ports"]] == [port["name"]]
    assert (policy["egress"], policy["policyTypes"]) == ([], ["Ingress", "Egress"])
    assert one(name, "Deployment")["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"] == str(
        port["containerPort"]
    )


def test_the_ingress_lets_through_what_latentd_takes() -> None:
    ingress = one("example", "Ingress")
    size = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    assert int(size.removesuffix("m")) * 2**20 == Settings.model_fields["max_body_bytes"].default
    hosts = [rule["host"] for rule in ingress["spec"]["rules"]]
    assert [host for tls in ingress["spec"]["tls"] for host in tls["hosts"]] == hosts
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    service = one("example", "Service")
    assert (backend["name"], backend["port"]["name"]) == (
        service["metadata"]["name"],
        service["spec"]["ports"][0]["name"],
    )


def test_the_example_mounts_its_keys_and_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    (pod,) = [pod for pod in PODS if pod.name == "example"]
    places = {mount["name"]: mount["mountPath"] for mount in pod.container["volumeMounts"]}
    found = settings(pod, monkeypatch)
    assert str(found.models) == places["models"]
    assert found.api_keys_file
    assert str(found.api_keys_file.parent) == places["api-keys"]
    (models,) = [volume for volume in pod.spec["volumes"] if volume["name"] == "models"]
    claim = one("example", "PersistentVolumeClaim")["metadata"]["name"]
    assert models["persistentVolumeClaim"] == {"claimName": claim, "readOnly": True}


def test_the_namespace_refuses_what_is_not_restricted() -> None:
    namespace = one("example", "Namespace")["metadata"]
    assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    others = [manifest["metadata"] for manifest in read("example") if manifest["kind"] != "Namespace"]
    assert all(metadata["namespace"] == namespace["name"] for metadata in others)


def test_kserve_finds_the_runtime_for_our_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime, model = (
        one("kserve", "ServingRuntime")["spec"],
        one("kserve", "InferenceService")["spec"]["predictor"]["model"],
    )
    (offered,) = runtime["supportedModelFormats"]
    assert model["modelFormat"] == {"name": offered["name"], "version": offered["version"]}
    assert offered["version"] == str(FORMAT_VERSION)
    assert model["protocolVersion"] in runtime["protocolVersions"]
    assert model["runtime"] == one("kserve", "ServingRuntime")["metadata"]["name"]
    (pod,) = [pod for pod in PODS if pod.name == "kserve"]
    assert str(settings(pod, monkeypatch).models) == "/mnt/models"
    assert runtime["annotations"]["prometheus.kserve.io/port"] == variables(pod)["LATENTD_PORT"]


def test_the_image_is_made_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    dockerfile = (REPOSITORY / "service" / "Dockerfile").read_text("utf-8")
    (pod,) = [pod for pod in PODS if pod.name == "base"]
    found, user = settings(pod, monkeypatch), pod.spec["securityContext"]
    image = dockerfile[dockerfile.index("AS latentd\n") :]
    assert f"\nUSER {user['runAsUser']}:{user['runAsGroup']}\n" in image
    assert f"\nEXPOSE {found.port}\n" in image
    assert re.search(rf"\nCOPY .*models {found.models}\n", image)
    assert all("command" not in pod.container and "args" not in pod.container for pod in PODS)
    assert ('\nENTRYPOINT ["latentd"]\n' in image, '\nCMD ["serve"]\n' in image) == (True, True)
