"""What looking after an environment meets: a database that takes its time, quotas, the log of the firewall, and things
that cannot be deleted."""

import json
import re
from collections import Counter
from typing import Any

import moto.cloudformation.models as cloudformation
import moto.elbv2.models as elb
import moto.logs.models as logs
import moto.rds.models as rds
import moto.route53.models as route53
import moto.s3.models as s3
import moto.servicequotas.models as quotas
from moto.rds.exceptions import InvalidDBInstanceStateError

# A database is on its way for a while: as long as somebody has looked at it twice.
LOOKS = 2
ON_THE_WAY = {"stopping": "stopped", "starting": "available"}
looks: dict[str, int] = {}

_describe_db_instances = rds.RDSBackend.describe_db_instances
_stop_db_instance = rds.RDSBackend.stop_db_instance
_start_db_instance = rds.RDSBackend.start_db_instance
_create_db_snapshot = rds.RDSBackend.create_db_snapshot


def describe_db_instances(self: Any, *args: Any, **kwargs: Any) -> Any:
    found = _describe_db_instances(self, *args, **kwargs)
    for database in found:
        arrived = ON_THE_WAY.get(database.status)
        if arrived is None:
            continue
        looks[database.arn] = looks.get(database.arn, 0) + 1
        if looks[database.arn] > LOOKS:
            database.status = arrived
    return found


def depart(database: Any, status: str) -> Any:
    database.status = status
    looks[database.arn] = 0
    return database


def stop_db_instance(self: Any, *args: Any, **kwargs: Any) -> Any:
    return depart(_stop_db_instance(self, *args, **kwargs), "stopping")


def start_db_instance(self: Any, *args: Any, **kwargs: Any) -> Any:
    return depart(_start_db_instance(self, *args, **kwargs), "starting")


def create_db_snapshot(self: Any, db_instance_identifier: Any, *args: Any, **kwargs: Any) -> Any:
    if isinstance(db_instance_identifier, str) and db_instance_identifier in self.databases:
        if self.databases[db_instance_identifier].status != "available":
            raise InvalidDBInstanceStateError(db_instance_identifier, "create_db_snapshot")
    return _create_db_snapshot(self, db_instance_identifier, *args, **kwargs)


rds.RDSBackend.describe_db_instances = describe_db_instances
rds.RDSBackend.stop_db_instance = stop_db_instance
rds.RDSBackend.start_db_instance = start_db_instance
rds.RDSBackend.create_db_snapshot = create_db_snapshot

# What a new account may run at once.
_get_service_quota = quotas.ServiceQuotasBackend.get_service_quota


def get_service_quota(self: Any, service_code: str, quota_code: str) -> Any:
    if (service_code, quota_code) != ("fargate", "L-3032A538"):
        return _get_service_quota(self, service_code, quota_code)
    name = "Fargate On-Demand vCPU resource count"
    return {"ServiceCode": "fargate", "QuotaCode": quota_code, "QuotaName": name, "Value": 6.0, "Adjustable": True}


quotas.ServiceQuotasBackend.get_service_quota = get_service_quota

# A bucket with something in it, and a load balancer that is protected, stay; so does their stack then.
_delete_bucket = s3.FakeBucket.delete_from_cloudformation_json.__func__


def delete_bucket(cls: Any, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str) -> None:
    bucket = s3.s3_backends[account_id]["aws"].buckets.get(resource_name)
    if bucket is not None and bucket.keys:
        raise ValueError("The bucket you tried to delete is not empty. You must delete all versions in the bucket.")
    _delete_bucket(cls, resource_name, cloudformation_json, account_id, region_name)


s3.FakeBucket.delete_from_cloudformation_json = classmethod(delete_bucket)

_delete_load_balancer = elb.ELBv2Backend.delete_load_balancer


def delete_load_balancer(self: Any, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ValueError(f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")
    _delete_load_balancer(self, arn)


elb.ELBv2Backend.delete_load_balancer = delete_load_balancer

# A zone goes with its stack, unless there is something in it.
def delete_zone(self: Any, account_id: str, region: str) -> None:
    route53.route53_backends[account_id]["aws"].delete_hosted_zone(self.id)


route53.FakeZone.delete = delete_zone

# The one question that is put to the log of the firewall; its answer takes a moment.
LABEL = re.compile(r'"name":"awswaf:managed:aws:([^"]*)"')
_execute_query = logs.execute_query


def execute_query(log_groups: list[Any], query: str, start_time: int, end_time: int) -> Any:
    if not query.startswith("parse @message"):
        return _execute_query(log_groups, query, start_time, end_time)
    requests: Counter[tuple[str, ...]] = Counter()
    clients: dict[tuple[str, ...], set[str]] = {}
    for event in (event for group in log_groups for stream in group.streams.values() for event in stream.events):
        if not start_time * 1000 <= event.timestamp <= end_time * 1000 + 999:
            continue
        record, label = json.loads(event.message), LABEL.search(event.message)
        matched = [rule["ruleId"] for rule in record.get("nonTerminatingMatchingRules", [])]
        rule = label[1] if label else (matched or [record["terminatingRuleId"]])[0]
        request = record["httpRequest"]
        key = (rule, record["action"], request["httpMethod"], request["uri"])
        requests[key] += 1
        clients.setdefault(key, set()).add(request["clientIp"])
    names = ("rule", "action", "httpRequest.httpMethod", "httpRequest.uri")
    return [
        dict(zip(names, key, strict=True)) | {"requests": count, "clients": len(clients[key])}
        for key, count in requests.most_common()
    ]


logs.execute_query = execute_query

_to_result_json = logs.LogQuery.to_result_json


def to_result_json(self: Any) -> Any:
    if not hasattr(self, "asked"):
        self.asked = True
        return {"results": [], "status": "Running"}
    return _to_result_json(self)


logs.LogQuery.to_result_json = to_result_json

_delete_stack = cloudformation.CloudFormationBackend.delete_stack


def delete_stack(self: Any, name_or_stack_id: str) -> None:
    stack = next((one for one in self.stacks.values() if name_or_stack_id in (one.name, one.stack_id)), None)
    if stack is None:
        return
    try:
        _delete_stack(self, stack.stack_id)
    except cloudformation.ValidationError:
        raise
    except Exception as error:
        # moto has forgotten it by now.
        self.stacks[stack.stack_id] = stack
        stack.status = "DELETE_FAILED"
        stack._add_stack_event("DELETE_FAILED", resource_status_reason=str(error))


cloudformation.CloudFormationBackend.delete_stack = delete_stack
