"""Buckets, the registry, log groups and parameters."""

import json
from typing import Any

import moto.ecr.models as ecr
import moto.logs.models as logs
import moto.s3.models as s3
import moto.ssm.models as ssm
from plus import after_create_and_update, camel, client, cloudformation_type, numbers


def bucket_policy(properties: Any, name: str, account: str, region: str) -> Any:
    bucket, policy = properties["Bucket"], json.dumps(properties["PolicyDocument"])
    client("s3", account, region).put_bucket_policy(Bucket=bucket, Policy=policy)
    return f"{bucket}-policy", {}


cloudformation_type("AWS::S3::BucketPolicy", bucket_policy)

# moto enforces a policy but ignores its conditions: "deny plain HTTP" would refuse everything.
_permission = s3.FakeBucket.get_permission


def permission(self: Any, action: str, resource: str) -> Any:
    kept = self.policy
    if kept is not None:
        document = json.loads(kept)
        document["Statement"] = [s for s in document["Statement"] if not s.get("Condition")]
        self.policy = json.dumps(document).encode() if document["Statement"] else None
    try:
        return _permission(self, action, resource)
    finally:
        self.policy = kept


s3.FakeBucket.get_permission = permission


def bucket_settings(bucket: Any, properties: Any, account: str, region: str) -> None:
    api = client("s3", account, region)
    if configuration := properties.get("PublicAccessBlockConfiguration"):
        api.put_public_access_block(Bucket=bucket.name, PublicAccessBlockConfiguration=configuration)
    if configuration := properties.get("VersioningConfiguration"):
        api.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=configuration)
    if rules := properties.get("LifecycleConfiguration", {}).get("Rules"):
        configuration = {"Rules": [lifecycle_rule(rule) for rule in rules]}
        api.put_bucket_lifecycle_configuration(Bucket=bucket.name, LifecycleConfiguration=configuration)
    # Not by the API: moto asks for the other bucket's policy, which CloudFormation may attach later.
    if target := properties.get("LoggingConfiguration"):
        bucket.logging = {"TargetBucket": target["DestinationBucketName"], "TargetPrefix": target["LogFilePrefix"]}


def lifecycle_rule(rule: Any) -> Any:
    """CloudFormation has other names for the same than the API."""
    result = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if days := numbers(rule, "ExpirationInDays"):
        result["Expiration"] = {"Days": days["ExpirationInDays"]}
    if part := rule.get("NoncurrentVersionExpiration"):
        result["NoncurrentVersionExpiration"] = numbers(part, "NoncurrentDays")
    if part := rule.get("AbortIncompleteMultipartUpload"):
        result["AbortIncompleteMultipartUpload"] = numbers(part, "DaysAfterInitiation")
    return result


after_create_and_update(s3.FakeBucket, bucket_settings)


def repository_settings(repository: Any, properties: Any, account: str, region: str) -> None:
    api = client("ecr", account, region)
    if policy := properties.get("LifecyclePolicy", {}).get("LifecyclePolicyText"):
        api.put_lifecycle_policy(repositoryName=repository.name, lifecyclePolicyText=policy)
    if configuration := properties.get("ImageScanningConfiguration"):
        api.put_image_scanning_configuration(
            repositoryName=repository.name, imageScanningConfiguration=camel(configuration)
        )
    repository.empty_on_delete = str(properties.get("EmptyOnDelete")).lower() == "true"
    if policy := properties.get("RepositoryPolicyText"):
        api.set_repository_policy(repositoryName=repository.name, policyText=json.dumps(policy))


after_create_and_update(ecr.Repository, repository_settings)


def delete_repository(self: Any, account_id: str, region_name: str) -> None:
    ecr.ecr_backends[account_id][region_name].delete_repository(self.name, force=self.empty_on_delete)


ecr.Repository.delete = delete_repository

# A log group could not be updated, and was lost when it had to be.
def update_log_group(
    cls: Any,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: Any,
    account_id: str,
    region_name: str,
) -> Any:
    original_resource.set_retention_policy(cloudformation_json["Properties"].get("RetentionInDays"))
    return original_resource


logs.LogGroup.update_from_cloudformation_json = classmethod(update_log_group)

# AWS::SSM::Parameter has its tags as a map.
_create_parameter = ssm.Parameter.create_from_cloudformation_json.__func__


def create_parameter(cls: Any, resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any) -> Any:
    properties = cloudformation_json["Properties"]
    if isinstance(properties.get("Tags"), dict):
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in properties["Tags"].items()]
    return _create_parameter(cls, resource_name, cloudformation_json, *args, **kwargs)


ssm.Parameter.create_from_cloudformation_json = classmethod(create_parameter)
ssm.Parameter.has_cfn_attr = classmethod(lambda cls, name: name in ("Type", "Value"))
ssm.Parameter.get_cfn_attribute = lambda self, name: {"Type": self.parameter_type, "Value": self.value}[name]
