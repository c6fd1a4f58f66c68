"""Reads back, with the AWS SDK, what was deployed for one environment; prints one JSON document.

usage: describe.py APP ENVIRONMENT REGION [PART…]   PART: a function below; default is all
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import boto3

app, environment, region, *wanted = sys.argv[1:]
prefix = f"{app}-{environment}"


def api(service: str) -> Any:
    return boto3.client(service, region_name=region)


def mine(resource: dict[str, Any]) -> bool:
    found = {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}
    return found.get("app") == app and found.get("environment") == environment


def stacks() -> Any:
    summaries = api("cloudformation").describe_stacks()["Stacks"]
    return {
        stack["StackName"].removeprefix(f"{prefix}-"): {
            "status": stack["StackStatus"],
            "outputs": {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])},
            "parameters": {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])},
        }
        for stack in summaries
        if stack["StackName"].startswith(f"{prefix}-")
    }


def network() -> Any:
    ec2 = api("ec2")
    vpcs = [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if mine(vpc)]
    of_vpcs = [{"Name": "vpc-id", "Values": [vpc["VpcId"] for vpc in vpcs]}] if vpcs else []
    return {
        "vpcs": vpcs,
        "subnets": ec2.describe_subnets(Filters=of_vpcs)["Subnets"] if vpcs else [],
        "routeTables": ec2.describe_route_tables(Filters=of_vpcs)["RouteTables"] if vpcs else [],
        "securityGroups": ec2.describe_security_groups(Filters=of_vpcs)["SecurityGroups"] if vpcs else [],
        "natGateways": ec2.describe_nat_gateways()["NatGateways"],
        "addresses": ec2.describe_addresses()["Addresses"],
    }


def load_balancer() -> Any:
    elb = api("elbv2")
    found = [b for b in elb.describe_load_balancers()["LoadBalancers"] if b["LoadBalancerName"] == prefix]
    if not found:
        return None
    arn = found[0]["LoadBalancerArn"]
    groups = elb.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]
    return {
        **found[0],
        "attributes": attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=arn)),
        "listeners": elb.describe_listeners(LoadBalancerArn=arn)["Listeners"],
        "targetGroups": [
            group | {"attributes": attributes(elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"]))}
            for group in groups
        ],
    }


def attributes(answer: Any) -> dict[str, str]:
    return {attribute["Key"]: attribute["Value"] for attribute in answer["Attributes"]}


def service() -> Any:
    ecs = api("ecs")
    if prefix not in [arn.split("/")[-1] for arn in ecs.list_clusters()["clusterArns"]]:
        return None
    found = [
        service
        for service in ecs.describe_services(cluster=prefix, services=[prefix], include=["TAGS"])["services"]
        if service["status"] == "ACTIVE"
    ]
    definition = found and ecs.describe_task_definition(taskDefinition=found[0]["taskDefinition"])["taskDefinition"]
    return found and found[0] | {"definition": definition}


def release() -> Any:
    ecs = api("ecs")
    arns = ecs.list_task_definitions(familyPrefix=f"{prefix}-release", status="ACTIVE")["taskDefinitionArns"]
    return ecs.describe_task_definition(taskDefinition=arns[-1])["taskDefinition"] if arns else None


def scaling() -> Any:
    client = api("application-autoscaling")
    targets = client.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    policies = client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    resource = f"service/{prefix}/{prefix}"
    return {
        "targets": [target for target in targets if target["ResourceId"] == resource],
        "policies": [policy for policy in policies if policy["ResourceId"] == resource],
    }


def database() -> Any:
    rds = api("rds")
    found = [d for d in rds.describe_db_instances()["DBInstances"] if d["DBInstanceIdentifier"] == prefix]
    if not found:
        return None
    group = found[0]["DBParameterGroups"][0]["DBParameterGroupName"]
    parameters = rds.describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    return found[0] | {"parameters": {p["ParameterName"]: p.get("ParameterValue") for p in parameters}}


def buckets() -> Any:
    s3 = api("s3")
    names = [b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith(f"{prefix}-")]
    return {
        name.removeprefix(f"{prefix}-").split("-")[0]: {
            "name": name,
            "publicAccess": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
            "encryption": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"],
            "policy": json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]),
            "tags": {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]},
        }
        for name in names
    }


def registry() -> Any:
    ecr = api("ecr")
    found = [r for r in ecr.describe_repositories()["repositories"] if r["repositoryName"] == prefix]
    if not found:
        return None
    lifecycle = ecr.get_lifecycle_policy(repositoryName=prefix)["lifecyclePolicyText"]
    images = ecr.describe_images(repositoryName=prefix)["imageDetails"]
    return found[0] | {"lifecycle": json.loads(lifecycle), "tags": [t for i in images for t in i.get("imageTags", [])]}


def build() -> Any:
    projects = api("codebuild").batch_get_projects(names=[f"{prefix}-build"])["projects"]
    return projects[0] if projects else None


def logs() -> Any:
    groups = api("logs").describe_log_groups(logGroupNamePrefix=f"/{app}/{environment}/")["logGroups"]
    return {group["logGroupName"]: group.get("retentionInDays") for group in groups}


def dns() -> Any:
    route53 = api("route53")
    zones = route53.list_hosted_zones()["HostedZones"]
    records = {z["Name"]: route53.list_resource_record_sets(HostedZoneId=z["Id"])["ResourceRecordSets"] for z in zones}
    return {"zones": records, "certificates": api("acm").list_certificates()["CertificateSummaryList"]}


def github() -> Any:
    iam = api("iam")
    roles = [role for role in iam.list_roles()["Roles"] if role["RoleName"] == f"{prefix}-github"]
    if not roles:
        return None
    name = f"{prefix}-github"
    policies = [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    providers = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return roles[0] | {"policies": policies, "providers": [provider["Arn"] for provider in providers]}


parts: list[Callable[[], Any]] = [
    stacks, network, load_balancer, service, release, scaling, database, buckets, registry, build, logs, dns, github,
]  # fmt: skip
words = {"load_balancer": "loadBalancer"}
asked = [part for part in parts if not wanted or part.__name__ in wanted]
print(json.dumps({words.get(part.__name__, part.__name__): part() for part in asked}, default=str))
