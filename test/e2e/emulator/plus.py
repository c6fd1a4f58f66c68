"""CloudFormation types that moto lacks although it has the service's API: each is made through that API."""

import os
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from moto.core.common_models import CloudFormationModel

Properties = dict[str, Any]
# (properties, physical name, account, region) -> (physical id, attributes)
Create = Callable[[Properties, str, str, str], tuple[str, dict[str, Any]]]

# CloudFormationModel finds its types by walking its subclasses: they must stay alive.
types: list[type[CloudFormationModel]] = []


def client(service: str, account: str, region: str) -> Any:
    """A client of this very server, as the account: moto tells accounts apart by the credentials."""
    credentials = (
        boto3.client(
            "sts",
            region_name=region,
            endpoint_url=os.environ["EMULATOR_URL"],
            aws_access_key_id="x",
            aws_secret_access_key="x",
        ).assume_role(RoleArn=f"arn:aws:iam::{account}:role/emulator", RoleSessionName="emulator")
    )["Credentials"]
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=os.environ["EMULATOR_URL"],
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"max_attempts": 1}),
    )


def cloudformation_type(
    type_name: str,
    create: Create,
    delete: Callable[[str, Properties, str, str], object] | None = None,
    update: Callable[[Properties, Any, str, str], object] | None = None,
    name_property: str = "",
) -> None:
    """Registers a type. Without `update` a change replaces the resource."""

    class Resource(CloudFormationModel):
        __module__ = "moto.cloudformation.plus"
        physical_resource_id: str
        attributes: dict[str, Any]
        properties: Properties

        @staticmethod
        def cloudformation_name_type() -> str:
            return name_property

        @staticmethod
        def cloudformation_type() -> str:
            return type_name

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return True

        def get_cfn_attribute(self, attribute_name: str) -> Any:
            return self.attributes[attribute_name]

        def is_created(self) -> bool:
            return True

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
        ) -> "Resource":
            made = cls()
            made.properties = cloudformation_json["Properties"]
            made.physical_resource_id, made.attributes = create(
                made.properties, resource_name, account_id, region_name
            )
            return made

        @classmethod
        def update_from_cloudformation_json(
            cls,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
        ) -> Any:
            properties = cloudformation_json["Properties"]
            if update:
                update(properties, original_resource, account_id, region_name)
                original_resource.properties = properties
                return original_resource
            if delete:
                old = original_resource
                delete(old.physical_resource_id, old.properties, account_id, region_name)
            return cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )

        @classmethod
        def delete_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
        ) -> None:
            if delete:
                delete(resource_name, cloudformation_json["Properties"], account_id, region_name)

        def delete(self, account_id: str, region: str) -> None:
            if delete:
                delete(self.physical_resource_id, self.properties, account_id, region)

    Resource.__name__ = type_name.replace("::", "")
    types.append(Resource)


def after_create_and_update(model: Any, complete: Callable[[Any, Properties, str, str], object]) -> None:
    """For a type that moto has but reads only half of: `complete` gets the resource and all properties."""
    for method in ("create_from_cloudformation_json", "update_from_cloudformation_json"):
        original = getattr(model, method).__func__

        def completed(cls: Any, *args: Any, original: Any = original, **kwargs: Any) -> Any:
            made = original(cls, *args, **kwargs)
            template = kwargs.get("cloudformation_json") or next(
                arg for arg in args if isinstance(arg, dict) and "Properties" in arg
            )
            account = kwargs.get("account_id") or args[-2]
            region = kwargs.get("region_name") or args[-1]
            complete(made, template["Properties"], account, region)
            return made

        setattr(model, method, classmethod(completed))


def pick(properties: Properties, *names: str) -> Properties:
    return {name: properties[name] for name in names if properties.get(name) is not None}


def numbers(properties: Properties, *names: str) -> dict[str, int]:
    """CloudFormation takes a number as a string, an API does not."""
    return {name: int(value) for name, value in pick(properties, *names).items()}


def booleans(properties: Properties, *names: str) -> dict[str, bool]:
    return {name: str(value).lower() == "true" for name, value in pick(properties, *names).items()}


def tags(properties: Properties) -> list[dict[str, str]]:
    return [{"Key": tag["Key"], "Value": tag["Value"]} for tag in properties.get("Tags", [])]


def camel(value: Any) -> Any:
    """Names as the APIs of ECS, ECR and CodeBuild want them: with a small first letter."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: camel(inner) for key, inner in value.items()}
    return [camel(inner) for inner in value] if isinstance(value, list) else value
