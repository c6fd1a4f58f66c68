"""Roll-outs that do not go well: tasks that die one after the other, while CloudFormation waits and then goes back.

What the next deployment of a service does stands in EMULATOR_SERVICE (JSON); without it every task is well at once:
  exitCode, stoppedReason, log   of each task that dies
  everySeconds                   how soon the next one dies; default 0.5
  rollbackSeconds                when ECS's circuit breaker stops it; default 1800
  rollback                       "fails": CloudFormation cannot go back either
"""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import moto.cloudformation.models as models
import moto.ecs.models as ecs
from compute import write_log
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult

CIRCUIT_BREAKER = (
    'Resource handler returned message: "Error occurred during operation \'ECS Deployment Circuit Breaker was '
    "triggered'.\" (RequestToken: 0, HandlerErrorCode: GeneralServiceException)"
)
lock = threading.RLock()
broken: list["Broken"] = []


class Broken:
    """A deployment whose tasks die."""

    def __init__(self, backend: Any, service: Any, settings: dict[str, Any]) -> None:
        self.backend, self.service, self.settings = backend, service, settings
        self.deployment = service.deployments[0]
        self.started, self.dead, self.over = time.time(), 0, False
        self.stack: Any = None
        self.before: tuple[str, dict[str, Any]] | None = None

    def advance(self) -> None:
        if self.over:
            return
        elapsed = time.time() - self.started
        while self.dead < elapsed / self.settings.get("everySeconds", 0.5) - 1:
            self.kill_one()
        if self.stack is not None and elapsed > self.settings.get("rollbackSeconds", 1800):
            self.go_back(CIRCUIT_BREAKER)

    def kill_one(self) -> None:
        backend, service = self.backend, self.service
        definition = backend.describe_task_definition(self.deployment["taskDefinition"])
        task = ecs.Task(
            backend.clusters[service.cluster_name],
            definition,
            None,
            {},
            backend,
            group=f"service:{service.name}",
            launch_type="FARGATE",
            started_by=self.deployment["id"],
            networking_configuration=service.network_configuration
            and {"awsvpcConfiguration": service.network_configuration["awsvpcConfiguration"]},
        )
        task.last_status = task.desired_status = "STOPPED"
        task.stopped_reason = self.settings.get("stoppedReason", "Essential container in task exited")
        task.stop_code = "EssentialContainerExited"
        task.created_at = task.stopped_at = ecs.utcnow()
        task.containers[0].exitCode = self.settings.get("exitCode", 1)
        backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task
        wanted = definition.container_definitions[0]
        write_log(wanted["logConfiguration"]["options"], wanted["name"], task.id, self.settings.get("log", ["starting"]), backend)
        self.dead += 1
        self.deployment |= {"failedTasks": self.dead, "updatedAt": ecs.utcnow()}
        message = f"(service {service.name}) has started 1 tasks: (task {task.id})."
        service.events.insert(0, {"id": task.id, "createdAt": ecs.utcnow(), "message": message})

    def go_back(self, reason: str) -> None:
        """What CloudFormation does when the service does not come to rest, or when it is told to."""
        self.over = True
        stack, before = self.stack, self.before
        verb = "CREATE" if before is None else "UPDATE"
        resource_event(stack, self.service.name, f"{verb}_FAILED", reason)
        if before is None:
            stack._add_stack_event("ROLLBACK_IN_PROGRESS")
            try:
                stack.resource_map.delete()
            except Exception:
                # Something in it is protected.
                finish(stack, "ROLLBACK_FAILED")
                return
            empty(stack)
            finish(stack, "ROLLBACK_COMPLETE")
            return
        stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS")
        if self.settings.get("rollback") == "fails":
            finish(stack, "UPDATE_ROLLBACK_FAILED")
            return
        self.restore()

    def restore(self) -> None:
        template, parameters = self.before or ("", {})
        stack = self.stack
        stack.template = template
        stack._parse_template()
        stack.resource_map.update(stack.template_dict, parameters)
        stack.output_map = stack._create_output_map()
        finish(stack, "UPDATE_ROLLBACK_COMPLETE")


def empty(stack: Any) -> None:
    """After a first creation was rolled back there is only the name of the stack."""
    stack.template = '{"Resources": {}}'
    stack._parse_template()
    stack.resource_map = stack._create_resource_map()
    stack.output_map = {}


def finish(stack: Any, status: str) -> None:
    stack.status = status
    stack._add_stack_event(status)


def resource_event(stack: Any, name: str, status: str, reason: str) -> None:
    stack._add_stack_event(status, resource_status_reason=reason)
    event = stack.events[-1]
    event.logical_resource_id, event.physical_resource_id = "ServiceBackend", name
    event.resource_type = "AWS::ECS::Service"


def advance_all() -> None:
    with lock:
        for one in list(broken):
            one.advance()


# A service gets a new deployment whenever its tasks have to be replaced.
_create_service = ecs.EC2ContainerServiceBackend.create_service
_update_service = ecs.EC2ContainerServiceBackend.update_service


def begin(backend: Any, service: Any) -> None:
    file = Path(os.environ["EMULATOR_SERVICE"])
    if not file.exists():
        return
    settings = json.loads(file.read_text())
    file.unlink()
    service.deployments[0] |= {"rolloutState": "IN_PROGRESS", "runningCount": 0, "failedTasks": 0}
    broken.append(Broken(backend, service, settings))


def create_service(self: Any, *args: Any, **kwargs: Any) -> Any:
    service = _create_service(self, *args, **kwargs)
    begin(self, service)
    return service


def update_service(self: Any, service_properties: dict[str, Any]) -> Any:
    forced = service_properties.get("force_new_deployment", False)
    name = service_properties["service"].split("/")[-1]
    existing = self.services[f"{service_properties.get('cluster', 'default')}:{name}"]
    old, definition = dict(existing.deployments[0]), existing.task_definition
    service = _update_service(self, service_properties)
    if not forced and service.task_definition == definition:
        return service
    number = ecs.mock_random.randint(0, 32**12)
    now = ecs.utcnow()
    fresh = service.deployments[0] | {"id": f"ecs-svc/{number}", "createdAt": now, "updatedAt": now, "failedTasks": 0}
    service.deployments = [fresh]
    begin(self, service)
    if fresh["rolloutState"] != "COMPLETED":
        service.deployments.append(old | {"status": "ACTIVE", "taskDefinition": definition})
    return service


ecs.EC2ContainerServiceBackend.create_service = create_service
ecs.EC2ContainerServiceBackend.update_service = update_service

# Looking is what makes time pass.
_describe_services = ecs.EC2ContainerServiceBackend.describe_services
_list_tasks = ecs.EC2ContainerServiceBackend.list_tasks
_describe_stacks = CloudFormationResponse.describe_stacks
_describe_stack_events = CloudFormationResponse.describe_stack_events


def describe_services(self: Any, *args: Any, **kwargs: Any) -> Any:
    advance_all()
    return _describe_services(self, *args, **kwargs)


def list_tasks(
    self: Any,
    cluster: str | None = None,
    instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desired_status: str | None = None,
) -> Any:
    """moto does not know which service a task belongs to."""
    advance_all()
    found = _list_tasks(self, cluster, instance, family, started_by, None, desired_status)
    return [task for task in found if service_name is None or task.group == f"service:{service_name}"]


def describe_stacks(self: Any) -> ActionResult:
    advance_all()
    return _describe_stacks(self)


def describe_stack_events(self: Any) -> ActionResult:
    advance_all()
    return _describe_stack_events(self)


ecs.EC2ContainerServiceBackend.describe_services = describe_services
ecs.EC2ContainerServiceBackend.list_tasks = list_tasks
CloudFormationResponse.describe_stacks = describe_stacks
CloudFormationResponse.describe_stack_events = describe_stack_events

# CloudFormation is not done before its services are at rest.
_execute = models.CloudFormationBackend.execute_change_set
_update_stack = models.CloudFormationBackend.update_stack


def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
    change_set = self.change_sets[change_set_name]
    stack = self.stacks[change_set.stack_id]
    before = None if change_set.change_set_type == "CREATE" else (stack.template, dict(stack.stack_parameters))
    earlier = len(broken)
    _execute(self, change_set_name, stack_name)
    hold(stack, before, broken[earlier:])


def update_stack(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    stack = self.get_stack(name)
    before = (stack.template, dict(stack.stack_parameters))
    earlier = len(broken)
    updated = _update_stack(self, name, *args, **kwargs)
    hold(stack, before, broken[earlier:])
    return updated


def hold(stack: Any, before: tuple[str, dict[str, Any]] | None, begun: list[Broken]) -> None:
    """For the deployments that this very change has begun: one that a restart has begun is no stack's."""
    for one in begun:
        one.stack, one.before = stack, before
        stack.status = "CREATE_IN_PROGRESS" if before is None else "UPDATE_IN_PROGRESS"
        # It was there too early: CloudFormation is still waiting.
        stack.events.pop()


models.CloudFormationBackend.execute_change_set = execute_change_set
models.CloudFormationBackend.update_stack = update_stack


def of_stack(self: Any) -> list[Broken]:
    name = self._get_param("StackName")
    return [one for one in broken if one.stack is not None and name in (one.stack.name, one.stack.stack_id)]


def cancel_update_stack(self: Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    if stack.status != "UPDATE_IN_PROGRESS":
        raise models.ValidationError(stack.name, f"CancelUpdateStack cannot be called from current stack status {stack.status}")
    with lock:
        for one in of_stack(self):
            if not one.over:
                one.go_back("Resource update cancelled")
    return EmptyResult()


def continue_update_rollback(self: Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise models.ValidationError(stack.name, f"{stack.name} is in {stack.status} state and can not be rolled back.")
    of_stack(self)[-1].restore()
    return ActionResult({})


_delete_stack = models.CloudFormationBackend.delete_stack


def delete_stack(self: Any, name_or_stack_id: str) -> None:
    for one in broken:
        if one.stack is not None and name_or_stack_id in (one.stack.name, one.stack.stack_id):
            one.over = True
    _delete_stack(self, name_or_stack_id)
    # A stack of the same name would find them otherwise.
    for key, change_set in list(self.change_sets.items()):
        if name_or_stack_id in (change_set.stack_name, change_set.stack_id):
            del self.change_sets[key]


CloudFormationResponse.cancel_update_stack = cancel_update_stack
CloudFormationResponse.continue_update_rollback = continue_update_rollback
models.CloudFormationBackend.delete_stack = delete_stack

# Nobody has changed anything by hand.
def detect_stack_drift(self: Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    return ActionResult({"StackDriftDetectionId": stack.stack_id})


def describe_stack_drift_detection_status(self: Any) -> ActionResult:
    identity = self._get_param("StackDriftDetectionId")
    result = {"StackId": identity, "StackDriftDetectionId": identity, "StackDriftStatus": "IN_SYNC"}
    return ActionResult(result | {"DetectionStatus": "DETECTION_COMPLETE", "DriftedStackResourceCount": 0, "Timestamp": ecs.utcnow()})


def describe_stack_resource_drifts(self: Any) -> ActionResult:
    return ActionResult({"StackResourceDrifts": []})


for operation in (detect_stack_drift, describe_stack_drift_detection_status, describe_stack_resource_drifts):
    setattr(CloudFormationResponse, operation.__name__, operation)
