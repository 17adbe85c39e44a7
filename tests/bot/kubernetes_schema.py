"""Kubernetes' rules for the kinds and fields that our example uses; keys that are not listed are refused.

The rules are those of its OpenAPI definitions (core/v1, apps/v1, policy/v1, networking.k8s.io/v1).
"""

from typing import Any


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


def _kind(version: str, kind: str, **properties: Any) -> dict[str, Any]:
    """A kind at the top of a document."""
    told = {"apiVersion": {"const": version}, "kind": {"const": kind}, "metadata": _OWN}
    return _object("apiVersion", "kind", "metadata", *properties, **told, **properties)


_BOOL = {"type": "boolean"}
_INT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_NAME = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"}
_PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
_PORT_NAME = {"type": "string", "pattern": "^[a-z0-9-]{1,15}$"}
_TEXTS = {"type": "object", "additionalProperties": _TEXT}
_AMOUNTS = {"type": "object", "additionalProperties": {"type": "string", "pattern": "^[0-9]+(m|Mi|Gi)?$"}}
_LABELS = _object("matchLabels", matchLabels=_TEXTS)
_OWN = _object("name", name=_NAME, labels=_TEXTS)
_PROBE = _object(
    "httpGet",
    httpGet=_object("path", "port", path={"type": "string", "pattern": "^/"}, port=_PORT_NAME),
    periodSeconds=_INT,
    timeoutSeconds=_INT,
    failureThreshold=_INT,
)
_CONTAINER = _object(
    "name",
    "image",
    name=_NAME,
    image=_TEXT,
    args=_list(_TEXT),
    envFrom=_list(_object("secretRef", secretRef=_object("name", name=_NAME))),
    ports=_list(_object("name", "containerPort", name=_PORT_NAME, containerPort=_PORT)),
    startupProbe=_PROBE,
    livenessProbe=_PROBE,
    readinessProbe=_PROBE,
    resources=_object(requests=_AMOUNTS, limits=_AMOUNTS),
    securityContext=_object(
        readOnlyRootFilesystem=_BOOL,
        allowPrivilegeEscalation=_BOOL,
        capabilities=_object("drop", drop=_list(_TEXT)),
    ),
    volumeMounts=_list(_object("name", "mountPath", name=_NAME, mountPath=_TEXT)),
)
_POD = _object(
    "containers",
    automountServiceAccountToken=_BOOL,
    terminationGracePeriodSeconds=_INT,
    securityContext=_object(
        runAsNonRoot=_BOOL, runAsUser=_INT, runAsGroup=_INT, seccompProfile=_object("type", type=_TEXT)
    ),
    initContainers=_list(_CONTAINER),
    containers=_list(_CONTAINER),
    volumes=_list(_object("name", "emptyDir", name=_NAME, emptyDir=_object())),
)
_BACKEND = _object(
    "service",
    service=_object("name", "port", name=_NAME, port=_object("name", name=_PORT_NAME)),
)
_PATH = _object(
    "path",
    "pathType",
    "backend",
    path={"type": "string", "pattern": "^/"},
    pathType={"enum": ["Exact", "Prefix", "ImplementationSpecific"]},
    backend=_BACKEND,
)

DOCUMENT = {
    "oneOf": [
        _kind("v1", "Secret", type=_TEXT, stringData=_TEXTS),
        _kind(
            "apps/v1",
            "Deployment",
            spec=_object(
                "selector",
                "template",
                replicas=_INT,
                selector=_LABELS,
                strategy=_object("type", type={"enum": ["Recreate"]}),
                template=_object(
                    "metadata", "spec", metadata=_object(labels=_TEXTS, annotations=_TEXTS), spec=_POD
                ),
            ),
        ),
        _kind(
            "policy/v1", "PodDisruptionBudget", spec=_object("selector", minAvailable=_INT, selector=_LABELS)
        ),
        _kind(
            "v1",
            "Service",
            spec=_object(
                "ports",
                selector=_TEXTS,
                ports=_list(_object("port", name=_PORT_NAME, port=_PORT, targetPort=_PORT_NAME)),
            ),
        ),
        _kind(
            "networking.k8s.io/v1",
            "Ingress",
            spec=_object(
                tls=_list(_object(hosts=_list(_NAME), secretName=_NAME)),
                rules=_list(_object(host=_NAME, http=_object("paths", paths=_list(_PATH)))),
            ),
        ),
    ]
}
