"""What ECS remembers of the deployments that went well: which image each of them has put into service."""

from typing import Any

import deployments  # noqa: F401  Wraps the same operations first.
import moto.ecs.models as ecs
from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse

remembered: dict[str, list[dict[str, Any]]] = {}

_create_service = ecs.EC2ContainerServiceBackend.create_service
_update_service = ecs.EC2ContainerServiceBackend.update_service


def remember(backend: Any, service: Any) -> None:
    if service.deployments[0]["rolloutState"] != "COMPLETED":
        return
    definition = backend.describe_task_definition(service.task_definition)
    kept = remembered.setdefault(service.arn, [])
    revision = f"{service.arn.replace(':service/', ':service-revision/')}/{len(kept)}"
    images = [{"containerName": one["name"], "image": one["image"]} for one in definition.container_definitions]
    kept.append({"arn": revision, "finishedAt": ecs.utcnow(), "images": images})


def create_service(self: Any, *args: Any, **kwargs: Any) -> Any:
    service = _create_service(self, *args, **kwargs)
    remembered.pop(service.arn, None)
    remember(self, service)
    return service


def update_service(self: Any, service_properties: dict[str, Any]) -> Any:
    name = service_properties["service"].split("/")[-1]
    existing = self.services[f"{service_properties.get('cluster', 'default')}:{name}"]
    before = existing.deployments[0]["id"]
    service = _update_service(self, service_properties)
    if service.deployments[0]["id"] != before:
        remember(self, service)
    return service


ecs.EC2ContainerServiceBackend.create_service = create_service
ecs.EC2ContainerServiceBackend.update_service = update_service


def list_service_deployments(self: Any) -> ActionResult:
    cluster, service = self._get_param("cluster"), self._get_param("service")
    found = self.ecs_backend.services[f"{cluster}:{service}"]
    if self._get_param("status") != ["SUCCESSFUL"]:
        raise ValueError("The emulator remembers only the deployments that went well.")
    briefs = [
        {
            "serviceDeploymentArn": one["arn"].replace(":service-revision/", ":service-deployment/"),
            "targetServiceRevisionArn": one["arn"],
            "status": "SUCCESSFUL",
            "finishedAt": one["finishedAt"],
        }
        for one in reversed(remembered.get(found.arn, []))
    ]
    return ActionResult({"serviceDeployments": briefs})


def describe_service_revisions(self: Any) -> ActionResult:
    wanted = self._get_param("serviceRevisionArns")
    kept = [one for all_of_one in remembered.values() for one in all_of_one if one["arn"] in wanted]
    revisions = [{"serviceRevisionArn": one["arn"], "containerImages": one["images"]} for one in kept]
    return ActionResult({"serviceRevisions": revisions})


for operation in (list_service_deployments, describe_service_revisions):
    setattr(EC2ContainerServiceResponse, operation.__name__, operation)
