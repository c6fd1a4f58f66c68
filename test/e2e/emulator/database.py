"""RDS: moto's own type drops most properties."""

import re
from typing import Any

import moto.rds.models as rds
from plus import booleans, client, cloudformation_type, numbers, pick, tags

# {Ref} of these gave the object, not its name.
for model in (rds.DBParameterGroup, rds.DBSubnetGroup):
    model.physical_resource_id = property(lambda self: self.resource_id)

_delete_parameter_group = rds.DBParameterGroup.delete


def delete_parameter_group(self: Any, account_id: str, region_name: str) -> None:
    databases = rds.rds_backends[account_id][region_name].databases.values()
    if any(database.db_parameter_group_name == self.name for database in databases):
        raise ValueError("InvalidDBParameterGroupState: in use")
    _delete_parameter_group(self, account_id, region_name)


rds.DBParameterGroup.delete = delete_parameter_group


def secure_string(value: str, account: str, region: str) -> str:
    """As CloudFormation resolves {{resolve:ssm-secure:NAME}}: a parameter that is not there fails the stack."""
    match = re.fullmatch(r"\{\{resolve:ssm-secure:([^:}]+)(?::(\d+))?\}\}", value)
    if match is None:
        raise ValueError("MasterUserPassword stands in the template in plain text")
    found = client("ssm", account, region).get_parameter(Name=match[1], WithDecryption=True)["Parameter"]
    if found["Type"] != "SecureString":
        raise ValueError(f"{match[1]} is a {found['Type']}, not a SecureString")
    return found["Value"]


def arguments(properties: Any, account: str, region: str) -> dict[str, Any]:
    names = (
        "DBInstanceClass Engine EngineVersion MasterUsername DBName DBSubnetGroupName DBParameterGroupName StorageType "
        "KmsKeyId CACertificateIdentifier PreferredBackupWindow PreferredMaintenanceWindow EnableCloudwatchLogsExports "
        "EngineLifecycleSupport"
    ).split()
    numeric = "AllocatedStorage MaxAllocatedStorage BackupRetentionPeriod Port MonitoringInterval".split()
    switches = (
        "StorageEncrypted MultiAZ PubliclyAccessible DeletionProtection CopyTagsToSnapshot AutoMinorVersionUpgrade "
        "EnablePerformanceInsights EnableIAMDatabaseAuthentication"
    ).split()
    result = pick(properties, *names) | numbers(properties, *numeric) | booleans(properties, *switches)
    if groups := properties.get("VPCSecurityGroups"):
        result["VpcSecurityGroupIds"] = groups
    result["MasterUserPassword"] = secure_string(properties["MasterUserPassword"], account, region)
    return result


def create(properties: Any, name: str, account: str, region: str) -> Any:
    identifier = (properties.get("DBInstanceIdentifier") or name).lower()[:63]
    wanted = {"Port": 5432} | arguments(properties, account, region)
    made = client("rds", account, region).create_db_instance(
        DBInstanceIdentifier=identifier, Tags=tags(properties), **wanted
    )["DBInstance"]
    endpoint = made["Endpoint"]
    return identifier, {
        "Endpoint.Address": endpoint["Address"],
        "Endpoint.Port": str(endpoint["Port"]),
        "DBInstanceArn": made["DBInstanceArn"],
        "DbiResourceId": made.get("DbiResourceId", "db-X"),
    }


FIXED = ("Engine", "MasterUsername", "DBName", "DBSubnetGroupName", "StorageEncrypted", "KmsKeyId",
         "EnableCloudwatchLogsExports", "EngineLifecycleSupport")


def update(properties: Any, resource: Any, account: str, region: str) -> None:
    changes = {key: value for key, value in arguments(properties, account, region).items() if key not in FIXED}
    if "Port" in changes:
        changes["DBPortNumber"] = changes.pop("Port")
    client("rds", account, region).modify_db_instance(
        DBInstanceIdentifier=resource.physical_resource_id, ApplyImmediately=True, **changes
    )


def delete(identifier: str, properties: Any, account: str, region: str) -> None:
    api = client("rds", account, region)
    instance = api.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    if instance.get("DeletionProtection"):
        raise ValueError("Cannot delete protected DB Instance, please disable deletion protection and try again.")
    api.delete_db_instance(DBInstanceIdentifier=identifier, SkipFinalSnapshot=True)


cloudformation_type("AWS::RDS::DBInstance", create, delete, update, "DBInstanceIdentifier")
