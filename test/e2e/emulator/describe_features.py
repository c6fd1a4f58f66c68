"""Reads back, with the AWS SDK, what the features have added to one environment; prints one JSON document.

usage: describe_features.py APP ENVIRONMENT REGION
"""

import json
import sys
from typing import Any

import boto3
from botocore.exceptions import ClientError

app, environment, region = sys.argv[1:]
prefix = f"{app}-{environment}"


def api(service: str) -> Any:
    return boto3.client(service, region_name=region)


def balancer() -> Any:
    found = api("elbv2").describe_load_balancers()["LoadBalancers"]
    return next((one["LoadBalancerArn"] for one in found if one["LoadBalancerName"] == prefix), None)


def firewall() -> Any:
    """The access control list that is in front of the load balancer, which says nothing of its own about it."""
    waf, logs, arn = api("wafv2"), api("logs"), balancer()
    lists = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
    found = waf.get_web_acl_for_resource(ResourceArn=arn).get("WebACL") if arn else None
    groups = logs.describe_log_groups(logGroupNamePrefix=f"aws-waf-logs-{prefix}")["logGroups"]
    configurations = waf.list_logging_configurations(Scope="REGIONAL")["LoggingConfigurations"]
    return {
        "lists": [one["Name"] for one in lists],
        "inFront": found,
        "logging": next((one for one in configurations if found and one["ResourceArn"] == found["ARN"]), None),
        "logGroups": {group["arn"].removesuffix(":*"): group.get("retentionInDays") for group in groups},
    }


def alarms() -> Any:
    cloudwatch, sns, events = api("cloudwatch"), api("sns"), api("events")
    topics = [topic["TopicArn"] for topic in sns.list_topics()["Topics"] if f":{prefix}-" in topic["TopicArn"]]
    rules = [rule["Name"] for rule in events.list_rules(NamePrefix=prefix)["Rules"]]
    dashboards = [one["DashboardName"] for one in cloudwatch.list_dashboards()["DashboardEntries"]]
    return {
        "alarms": cloudwatch.describe_alarms(AlarmNamePrefix=f"{prefix}-")["MetricAlarms"],
        "topics": {
            topic: {
                "policy": json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]),
                "subscriptions": sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"],
            }
            for topic in topics
        },
        "rules": {
            rule: {
                "pattern": json.loads(events.describe_rule(Name=rule)["EventPattern"]),
                "targets": events.list_targets_by_rule(Rule=rule)["Targets"],
            }
            for rule in rules
        },
        "dashboards": {
            name: json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]) for name in dashboards
        },
    }


def budgets() -> Any:
    client, account = api("budgets"), api("sts").get_caller_identity()["Account"]
    found = client.describe_budgets(AccountId=account).get("Budgets", [])
    return {budget["BudgetName"]: budget | {"notices": notices(client, account, budget)} for budget in found}


def notices(client: Any, account: str, budget: Any) -> Any:
    own = {"AccountId": account, "BudgetName": budget["BudgetName"]}
    return [
        notice | {"subscribers": client.describe_subscribers_for_notification(**own, Notification=notice)["Subscribers"]}
        for notice in client.describe_notifications_for_budget(**own)["Notifications"]
    ]


def schedules() -> Any:
    client, sqs = api("scheduler"), api("sqs")
    names = [one["Name"] for one in client.list_schedules()["Schedules"] if one["Name"].startswith(prefix)]
    queues = sqs.list_queues(QueueNamePrefix=prefix).get("QueueUrls", [])
    attributes = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in queues]
    return {
        "schedules": {name: client.get_schedule(Name=name) for name in names},
        "queues": {one["QueueArn"]: one for one in attributes},
    }


def roles() -> Any:
    """What the role of each schedule may do."""
    iam = api("iam")
    found = [role for role in iam.list_roles()["Roles"] if "scheduler" in json.dumps(role["AssumeRolePolicyDocument"])]
    return {
        role["Arn"]: [
            iam.get_role_policy(RoleName=role["RoleName"], PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        ]
        for role in found
    }


def services() -> Any:
    """All services of the cluster, by their names, each with what it runs."""
    ecs = api("ecs")
    if prefix not in [arn.split("/")[-1] for arn in ecs.list_clusters()["clusterArns"]]:
        return {}
    arns = ecs.list_services(cluster=prefix)["serviceArns"]
    found = ecs.describe_services(cluster=prefix, services=arns)["services"] if arns else []
    return {
        one["serviceName"]: one | {"definition": definition(one["taskDefinition"])}
        for one in found
        if one["status"] == "ACTIVE"
    }


def definition(arn: str) -> Any:
    return api("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]


def definitions() -> Any:
    """The task definitions that could be started, by their families: the newest of each."""
    arns = api("ecs").list_task_definitions(status="ACTIVE", sort="ASC")["taskDefinitionArns"]
    newest = {arn.split("/")[-1].split(":")[0]: arn for arn in arns}
    return {family: definition(arn) for family, arn in newest.items() if family.startswith(prefix)}


def cache() -> Any:
    client, ssm = api("elasticache"), api("ssm")
    groups = client.describe_replication_groups()["ReplicationGroups"]
    found = next((group for group in groups if group["ReplicationGroupId"] == prefix), None)
    parameters = ssm.get_parameters(Names=[f"/{app}/{environment}/REDIS_URL"])["Parameters"]
    if found is None:
        return {"group": None, "parameters": parameters}
    nodes = [client.describe_cache_clusters(CacheClusterId=name)["CacheClusters"][0] for name in found["MemberClusters"]]
    subnets = nodes[0]["CacheSubnetGroupName"]
    answer = client.describe_cache_subnet_groups(CacheSubnetGroupName=subnets)["CacheSubnetGroups"]
    return {"group": found, "nodes": nodes, "subnets": answer[0]["Subnets"], "parameters": parameters}


def trail() -> Any:
    client, s3, ec2 = api("cloudtrail"), api("s3"), api("ec2")
    trails = [one for one in client.describe_trails()["trailList"] if one["Name"] == prefix]
    names = [one["Name"] for one in s3.list_buckets()["Buckets"] if one["Name"].startswith(f"{prefix}-")]
    return {
        "trails": [one | {"logging": client.get_trail_status(Name=one["Name"])["IsLogging"]} for one in trails],
        "flowLogs": ec2.describe_flow_logs()["FlowLogs"],
        "lifecycles": {name: lifecycle(s3, name) for name in names},
        "logging": {name: s3.get_bucket_logging(Bucket=name).get("LoggingEnabled") for name in names},
    }


def lifecycle(s3: Any, bucket: str) -> Any:
    try:
        return s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
            return []
        raise


parts = [firewall, alarms, budgets, schedules, roles, services, definitions, cache, trail]
print(json.dumps({part.__name__: part() for part in parts}, default=str))
