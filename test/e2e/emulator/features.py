"""Schedules, their dead-letter queue, and the cache: what `vibely cron` and `vibely cache` add."""

import json
from typing import Any

import moto.elasticache.models as elasticache
from plus import booleans, client, cloudformation_type, numbers, pick, tags


def queue_policy(properties: Any, name: str, account: str, region: str) -> Any:
    api = client("sqs", account, region)
    for queue in properties["Queues"]:
        policy = json.dumps(properties["PolicyDocument"])
        api.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    return name, {}


cloudformation_type("AWS::SQS::QueuePolicy", queue_policy)


def schedule(properties: Any, name: str, account: str, region: str) -> Any:
    target = dict(properties["Target"])
    if policy := target.get("RetryPolicy"):
        target["RetryPolicy"] = numbers(policy, "MaximumRetryAttempts", "MaximumEventAgeInSeconds")
    own = ("Name", "Description", "FlexibleTimeWindow", "ScheduleExpression", "ScheduleExpressionTimezone", "State")
    made = client("scheduler", account, region).create_schedule(**pick(properties, *own), Target=target)
    return properties["Name"], {"Arn": made["ScheduleArn"]}


def delete_schedule(name: str, properties: Any, account: str, region: str) -> None:
    client("scheduler", account, region).delete_schedule(Name=name)


cloudformation_type("AWS::Scheduler::Schedule", schedule, delete=delete_schedule, name_property="Name")


def subnet_group(properties: Any, name: str, account: str, region: str) -> Any:
    own = properties["CacheSubnetGroupName"]
    client("elasticache", account, region).create_cache_subnet_group(
        CacheSubnetGroupName=own,
        CacheSubnetGroupDescription=properties["Description"],
        SubnetIds=properties["SubnetIds"],
        Tags=tags(properties),
    )
    return own, {}


def delete_subnet_group(name: str, properties: Any, account: str, region: str) -> None:
    """moto's API makes them and never takes one away."""
    del elasticache.elasticache_backends[account][region].cache_subnet_groups[name]


cloudformation_type(
    "AWS::ElastiCache::SubnetGroup", subnet_group, delete=delete_subnet_group, name_property="CacheSubnetGroupName"
)


def replication_group(properties: Any, name: str, account: str, region: str) -> Any:
    api = client("elasticache", account, region)
    texts = ("Engine", "EngineVersion", "CacheNodeType", "CacheSubnetGroupName", "SecurityGroupIds")
    switches = ("TransitEncryptionEnabled", "AtRestEncryptionEnabled", "AutomaticFailoverEnabled", "MultiAZEnabled")
    made = api.create_replication_group(
        **pick(properties, "ReplicationGroupId", "ReplicationGroupDescription", "TransitEncryptionMode", *texts),
        **numbers(properties, "NumCacheClusters", "Port"),
        **booleans(properties, *switches, "AutoMinorVersionUpgrade"),
        Tags=tags(properties),
    )["ReplicationGroup"]
    # moto names the nodes of a group and does not make them.
    for node in made["MemberClusters"]:
        api.create_cache_cluster(
            CacheClusterId=node,
            ReplicationGroupId=made["ReplicationGroupId"],
            **pick(properties, *texts),
            **numbers(properties, "Port"),
            **booleans(properties, "TransitEncryptionEnabled", "AutoMinorVersionUpgrade"),
        )
        elasticache.elasticache_backends[account][region].cache_clusters[node].num_cache_nodes = 1
    endpoint = made["NodeGroups"][0]["PrimaryEndpoint"]
    return made["ReplicationGroupId"], {"PrimaryEndPoint.Address": endpoint["Address"]}


# A node does not say which groups it is in.
elasticache.CacheCluster.security_groups = property(
    lambda self: [{"SecurityGroupId": group, "Status": "active"} for group in self.security_group_ids]
)


def delete_replication_group(name: str, properties: Any, account: str, region: str) -> None:
    api = client("elasticache", account, region)
    deleted = api.delete_replication_group(ReplicationGroupId=name)["ReplicationGroup"]
    # moto goes on deleting them for ever.
    backend = elasticache.elasticache_backends[account][region]
    for node in deleted["MemberClusters"]:
        del backend.cache_clusters[node]
    del backend.replication_groups[name]


cloudformation_type(
    "AWS::ElastiCache::ReplicationGroup",
    replication_group,
    delete=delete_replication_group,
    name_property="ReplicationGroupId",
)
