"""ECS: clusters, task definitions, services, their scaling, and one-shot tasks that end."""

import json
import os
from pathlib import Path
from typing import Any

import moto.ecs.models as ecs
from plus import camel, client, cloudformation_type, pick, tags


def cluster(properties: Any, name: str, account: str, region: str) -> Any:
    settings = camel(properties.get("ClusterSettings", []))
    made = client("ecs", account, region).create_cluster(
        clusterName=name, settings=settings, tags=camel(tags(properties))
    )
    return name, {"Arn": made["cluster"]["clusterArn"]}


cloudformation_type(
    "AWS::ECS::Cluster",
    cluster,
    lambda name, _, account, region: client("ecs", account, region).delete_cluster(cluster=name),
    lambda *_: None,
    "ClusterName",
)


def container(definition: Any) -> Any:
    """Names of options stay as they are; values are strings, whatever the template says."""
    result = camel(definition)
    if log := definition.get("LogConfiguration"):
        options = {key: str(value) for key, value in log.get("Options", {}).items()}
        result["logConfiguration"]["options"] = options
    for variable in result.get("environment", []):
        variable["value"] = str(variable["value"])
    return result


def task_definition(properties: Any, name: str, account: str, region: str) -> Any:
    settings = pick(
        properties, "Cpu", "Memory", "NetworkMode", "TaskRoleArn", "ExecutionRoleArn", "RequiresCompatibilities",
        "RuntimePlatform", "EphemeralStorage",
    )  # fmt: skip
    made = client("ecs", account, region).register_task_definition(
        family=properties.get("Family", name),
        containerDefinitions=[container(c) for c in properties["ContainerDefinitions"]],
        volumes=camel(properties.get("Volumes", [])),
        tags=camel(tags(properties)),
        **camel(settings),
    )["taskDefinition"]
    return made["taskDefinitionArn"], {"TaskDefinitionArn": made["taskDefinitionArn"]}


cloudformation_type(
    "AWS::ECS::TaskDefinition",
    task_definition,
    lambda arn, _, account, region: client("ecs", account, region).deregister_task_definition(taskDefinition=arn),
    name_property="Family",
)

SERVICE = (
    "DesiredCount LaunchType PlatformVersion NetworkConfiguration DeploymentConfiguration "
    "HealthCheckGracePeriodSeconds PropagateTags EnableExecuteCommand EnableECSManagedTags CapacityProviderStrategy"
).split()
ONLY_AT_CREATION = ("launchType", "propagateTags", "enableECSManagedTags")


def service(properties: Any, name: str, account: str, region: str) -> Any:
    made = client("ecs", account, region).create_service(
        cluster=properties["Cluster"],
        serviceName=name,
        taskDefinition=properties["TaskDefinition"],
        loadBalancers=camel(properties.get("LoadBalancers", [])),
        tags=camel(tags(properties)),
        **camel(pick(properties, *SERVICE)),
    )["service"]
    return made["serviceArn"], {"Name": name, "ServiceArn": made["serviceArn"]}


def update_service(properties: Any, resource: Any, account: str, region: str) -> None:
    settings = camel(pick(properties, *SERVICE))
    client("ecs", account, region).update_service(
        cluster=properties["Cluster"],
        service=resource.attributes["Name"],
        taskDefinition=properties["TaskDefinition"],
        **{key: value for key, value in settings.items() if key not in ONLY_AT_CREATION},
    )


def delete_service(arn: str, properties: Any, account: str, region: str) -> None:
    name = arn.split("/")[-1]
    cluster_name = arn.split("/")[-2] if arn.count("/") > 1 else properties["Cluster"]
    client("ecs", account, region).delete_service(cluster=cluster_name, service=name, force=True)


cloudformation_type("AWS::ECS::Service", service, delete_service, update_service, "ServiceName")

# An update shows as a roll-out that is complete, with the new definition.
_update_service = ecs.EC2ContainerServiceBackend.update_service


def update_with_deployment(self: Any, service_properties: dict[str, Any]) -> Any:
    updated = _update_service(self, service_properties)
    for deployment in updated.deployments:
        deployment |= {"taskDefinition": updated.task_definition, "desiredCount": updated.desired_count}
        deployment |= {"rolloutState": "COMPLETED", "runningCount": updated.desired_count}
    updated.running_count, updated.pending_count = updated.desired_count, 0
    return updated


ecs.EC2ContainerServiceBackend.update_service = update_with_deployment


# A template may leave the memory to the task, moto wants it of each container.
def resource_requirements(definition: Any) -> dict[str, Any]:
    return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}


ecs.EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(resource_requirements)

# A one-shot task ends at once, and leaves what EMULATOR_TASK says (JSON: exitCode, log) where its definition logs. With
# exitCode null it goes on.
_run_task = ecs.EC2ContainerServiceBackend.run_task


def run_task(self: Any, *args: Any, **kwargs: Any) -> Any:
    tasks = _run_task(self, *args, **kwargs)
    file = Path(os.environ["EMULATOR_TASK"])
    outcome = json.loads(file.read_text()) if file.exists() else {"exitCode": 0, "log": ["done"]}
    for task in tasks:
        if outcome["exitCode"] is not None:
            task.desired_status = "STOPPED"
            task.stopped_reason = "Essential container in task exited"
        definition = self.describe_task_definition(task.task_definition_arn)
        # moto knows of the first one only.
        task.containers = [ecs.Container(definition) for _ in definition.container_definitions]
        for made, wanted in zip(task.containers, definition.container_definitions, strict=True):
            made.name, made.image, made.exitCode = wanted["name"], wanted["image"], outcome["exitCode"]
            write_log(wanted["logConfiguration"]["options"], wanted["name"], task.id, outcome["log"], self)
    return tasks


def write_log(options: dict[str, str], name: str, task: str, lines: list[str], backend: Any) -> None:
    logs = client("logs", backend.account_id, backend.region_name)
    group, stream = options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{name}/{task}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    now = int(ecs.utcnow().timestamp() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


ecs.EC2ContainerServiceBackend.run_task = run_task

# Who does not ask for stopped tasks does not get any.
_list_tasks = ecs.EC2ContainerServiceBackend.list_tasks


def list_tasks(self: Any, *asked: Any) -> Any:
    return _list_tasks(self, *asked[:-1], asked[-1] or "RUNNING") if asked else _list_tasks(self)


ecs.EC2ContainerServiceBackend.list_tasks = list_tasks


def scalable_target(properties: Any, name: str, account: str, region: str) -> Any:
    wanted = pick(properties, "ServiceNamespace", "ResourceId", "ScalableDimension", "MinCapacity", "MaxCapacity")
    client("application-autoscaling", account, region).register_scalable_target(**wanted)
    parts = [properties[key] for key in ("ResourceId", "ScalableDimension", "ServiceNamespace")]
    return "|".join(parts), {}


cloudformation_type("AWS::ApplicationAutoScaling::ScalableTarget", scalable_target)


def scaling_policy(properties: Any, name: str, account: str, region: str) -> Any:
    resource, dimension, namespace = properties["ScalingTargetId"].split("|")
    made = client("application-autoscaling", account, region).put_scaling_policy(
        PolicyName=properties["PolicyName"],
        PolicyType=properties["PolicyType"],
        ResourceId=resource,
        ScalableDimension=dimension,
        ServiceNamespace=namespace,
        **pick(properties, "TargetTrackingScalingPolicyConfiguration"),
    )
    return made["PolicyARN"], {}


cloudformation_type("AWS::ApplicationAutoScaling::ScalingPolicy", scaling_policy)
