"""The example for Kubernetes and the one for compose: accepted as they stand, and fitting the container."""

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import bot
from bot.settings import Settings
from tests.bot.kubernetes_schema import DOCUMENT
from tests.learned import ROOT

EXAMPLE = Path(bot.__file__).parent / "kubernetes.yaml"
KNOWN = {str(field.validation_alias) for field in Settings.model_fields.values()}


def documents() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(EXAMPLE.read_text("utf-8")))


def of(kind: str) -> dict[str, Any]:
    [found] = [one for one in documents() if one["kind"] == kind]
    return found


def pod() -> dict[str, Any]:
    found: dict[str, Any] = of("Deployment")["spec"]["template"]["spec"]
    return found


def containers() -> list[dict[str, Any]]:
    return [*pod()["initContainers"], *pod()["containers"]]


@pytest.mark.parametrize("document", documents(), ids=lambda document: document["kind"])
def test_each_document_is_as_kubernetes_wants_it(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(DOCUMENT).validate(document)


def test_what_kubernetes_does_not_know_is_refused() -> None:
    wrong = of("Deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(DOCUMENT).validate(wrong)


def test_the_documents_find_each_other() -> None:
    labels = of("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert of("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert of("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert of("Service")["spec"]["selector"] == labels
    [laurel] = pod()["containers"]
    ports = {port["name"]: port["containerPort"] for port in laurel["ports"]}
    probes = [laurel[name] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
    assert {probe["httpGet"]["port"] for probe in probes} == {"watch"}
    [way_in] = of("Service")["spec"]["ports"]
    assert way_in["targetPort"] in ports
    [rule] = of("Ingress")["spec"]["rules"]
    for path in rule["http"]["paths"]:
        found = path["backend"]["service"]
        assert (found["name"], found["port"]["name"]) == (of("Service")["metadata"]["name"], way_in["name"])
    volumes = {volume["name"] for volume in pod()["volumes"]}
    secret = of("Secret")["metadata"]["name"]
    for one in containers():
        assert {mount["name"] for mount in one["volumeMounts"]} <= volumes
        assert [source["secretRef"]["name"] for source in one["envFrom"]] == [secret]


def test_the_example_sets_only_what_laurel_reads() -> None:
    assert set(of("Secret")["stringData"]) <= KNOWN


def test_the_example_runs_this_release_in_the_containers_own_way() -> None:
    text = (ROOT / "Containerfile").read_text("utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {one["image"].rpartition(":")[2] for one in containers()} == {version}
    [laurel] = pod()["containers"]
    exposed = next(line for line in text.splitlines() if line.startswith("EXPOSE")).split()[1:]
    assert {str(port["containerPort"]) for port in laurel["ports"]} == set(exposed)
    assert f"--uid {pod()['securityContext']['runAsUser']}" in text


def test_nothing_runs_with_rights_or_writes_to_its_root() -> None:
    assert pod()["securityContext"]["runAsNonRoot"] is True
    for one in containers():
        assert one["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for one in (services["laurel"], services["upgrade"]):
        assert (one["read_only"], one["tmpfs"], one["cap_drop"]) == (True, ["/tmp"], ["ALL"])


def test_compose_starts_two_behind_one_port_once_the_schema_is_there() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert services["laurel"]["deploy"]["replicas"] == 2
    assert services["laurel"]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert "ports" not in services["laurel"]
    assert services["door"]["command"][-1] == "laurel:3000"
    assert set(services["laurel"]["environment"]) <= KNOWN
