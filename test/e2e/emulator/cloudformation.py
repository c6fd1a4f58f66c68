"""Repairs of moto's CloudFormation itself: what the CDK CLI needs and moto 5.2.1 gets wrong."""

import json
import os
from typing import Any

import moto.cloudformation.models as models
import moto.cloudformation.parsing as parsing
import moto.cloudformation.responses as responses
import moto.cloudformation.utils as utils
from moto.cloudformation.exceptions import CloudFormationError
from moto.core.responses import ActionResult, EmptyResult
from plus import cloudformation_type


def log(**entry: Any) -> None:
    with open(os.environ["EMULATOR_LOG"], "a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


# A template's URL in path style: moto knows only the host "localhost", the CDK CLI sends 127.0.0.1.
_template_from_s3 = utils.get_stack_from_s3_url


def template_from_s3(template_url: str, account_id: str, partition: str) -> Any:
    return _template_from_s3(
        template_url.replace("://127.0.0.1", "://localhost"), account_id, partition
    )


utils.get_stack_from_s3_url = responses.get_stack_from_s3_url = template_from_s3

# A stack made by a change set had neither outputs nor exports.
_apply = models.ChangeSet.apply
_execute = models.CloudFormationBackend.execute_change_set


def apply(self: Any) -> None:
    _apply(self)
    stack = self.stack
    stack.template = self.template
    stack._parse_template()
    stack.output_map = stack._create_output_map()


def execute(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
    _execute(self, change_set_name, stack_name)
    for stack in self.stacks.values():
        for export in stack.exports:
            self.exports[export.name] = export


models.ChangeSet.apply = apply
models.CloudFormationBackend.execute_change_set = execute

# …and saw no exports of other stacks.
def exports(self: Any) -> Any:
    return models.cloudformation_backends[self._account_id][self._region_name].exports


parsing.ResourceMap.cross_stack_resources = property(exports, lambda self, value: None)

# The CDK CLI gives the change sets of all stacks the same name, and moto takes the first of that name: here the name
# belongs to its stack. Absent ones can be deleted (the CLI does it before every update), and describing one is exactly
# the error that the CLI then waits for.
class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


def change_set_id(response: Any) -> str | None:
    name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
    for key, change_set in response.cloudformation_backend.change_sets.items():
        mine = stack is None or stack in (change_set.stack_name, change_set.stack_id)
        if name == key or (mine and name == change_set.change_set_name):
            return key
    return None


def delete_change_set(self: Any) -> ActionResult:
    if key := change_set_id(self):
        del self.cloudformation_backend.change_sets[key]
    return EmptyResult()


def with_its_own_change_set(method_name: str) -> None:
    original = getattr(responses.CloudFormationResponse, method_name)

    def method(self: Any) -> ActionResult:
        key = change_set_id(self)
        if key is None:
            raise ChangeSetNotFound(f"ChangeSet [{self._get_param('ChangeSetName')}] does not exist")
        get_param = self._get_param
        self._get_param = lambda name, *rest: key if name == "ChangeSetName" else get_param(name, *rest)
        return original(self)

    setattr(responses.CloudFormationResponse, method_name, method)


responses.CloudFormationResponse.delete_change_set = delete_change_set
with_its_own_change_set("describe_change_set")
with_its_own_change_set("execute_change_set")

# A changed parameter reached only what names it at the top, and a new task definition not the service that runs it.
_resource_diff = parsing.ResourceMap.build_resource_diff


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(references(inner) for inner in value))
    if not isinstance(value, dict):
        return set()
    found = {value["Ref"]} if isinstance(value.get("Ref"), str) else set()
    return found.union(*(references(inner) for inner in value.values()))


def resource_diff(self: Any, other_template: Any, parameters: Any = None) -> Any:
    actions = _resource_diff(self, other_template, parameters)
    old, new = self._resource_json_map, other_template["Resources"]
    changed = {key for key, value in (parameters or {}).items() if self.input_parameters.get(key) != value}
    modified = set(actions["Modify"]) | {name for name in new if name in old and references(new[name]) & changed}
    definitions = {name for name in modified if new[name]["Type"] == "AWS::ECS::TaskDefinition"}
    modified |= {name for name in new if name in old and references(new[name]) & definitions}
    return actions | {"Modify": sorted(modified, key=lambda name: name not in definitions)}


parsing.ResourceMap.build_resource_diff = resource_diff

# moto knows only one of the two policies that keep a resource.
_delete = parsing.ResourceMap.delete


def delete(self: Any) -> None:
    for resource in self._resource_json_map.values():
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate":
            resource["DeletionPolicy"] = "Retain"
    _delete(self)


parsing.ResourceMap.delete = delete

# One output that cannot be computed emptied all of them, without a word.
_output = parsing.OutputMap.__getitem__


def output(self: Any, key: str) -> Any:
    try:
        return _output(self, key)
    except Exception as error:
        log(type="Output", id=key, error=f"{type(error).__name__}: {error}"[:500])
        return None


parsing.OutputMap.__getitem__ = output

# moto takes the protection of a stack only at its creation, and deletes the stack all the same.
_delete_stack = models.CloudFormationBackend.delete_stack


def delete_stack(self: Any, name_or_stack_id: str) -> None:
    stack = self.get_stack(name_or_stack_id)
    if stack.enable_termination_protection:
        raise models.ValidationError(
            name_or_stack_id, f"Stack [{name_or_stack_id}] cannot be deleted while TerminationProtection is enabled"
        )
    _delete_stack(self, name_or_stack_id)
    # Who reads the outputs of a deleted stack would make the resources anew that they refer to.
    stack.output_map = {}


def update_termination_protection(self: Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = str(self._get_param("EnableTerminationProtection")).lower() == "true"
    return ActionResult({"StackId": stack.stack_id})


models.CloudFormationBackend.delete_stack = delete_stack
responses.CloudFormationResponse.update_termination_protection = update_termination_protection

# UsePreviousValue hands on the resolved value of an SSM parameter, not the parameter's name.
_parse_ssm_parameter = parsing.ResourceMap.parse_ssm_parameter


def parse_ssm_parameter(self: Any, value: str, value_type: str) -> str:
    backend = parsing.ssm_backends[self._account_id][self._region_name]
    if backend.get_parameter(value) is None:
        return value
    return _parse_ssm_parameter(self, value, value_type)


parsing.ResourceMap.parse_ssm_parameter = parse_ssm_parameter

# The previous values of parameters: moto keeps those of the first template alone, and no defaults.
_resolve_update_parameters = models.CloudFormationBackend._resolve_update_parameters


def resolve_update_parameters(self: Any, instance: Any, incoming_params: list[dict[str, Any]]) -> dict[str, str]:
    if isinstance(instance, models.Stack):
        instance.parameters = dict(instance.stack_parameters)
    return _resolve_update_parameters(self, instance, incoming_params)


models.CloudFormationBackend._resolve_update_parameters = resolve_update_parameters

# CloudFormation lower-cases the name that it generates for a registry.
_generate_resource_name = parsing.generate_resource_name


def generate_resource_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    name = _generate_resource_name(resource_type, stack_name, logical_id)
    return name.lower() if resource_type == "AWS::ECR::Repository" else name


parsing.generate_resource_name = generate_resource_name


def refuse_unknown_types(function_name: str) -> None:
    """moto skips a type that it does not know; here the stack fails, and the log says why."""
    original = getattr(parsing, function_name)

    def strict(logical_id: str, resource_json: Any, *args: Any, **kwargs: Any) -> Any:
        type_name = resource_json["Type"]
        if parsing.resource_class_from_type(type_name) is None:
            log(type=type_name, id=logical_id, error="unknown type")
            raise models.ValidationError(logical_id, f"the emulator does not know {type_name}")
        try:
            return original(logical_id, resource_json, *args, **kwargs)
        except Exception as error:
            log(type=type_name, id=logical_id, error=f"{type(error).__name__}: {error}"[:500])
            raise

    setattr(parsing, function_name, strict)


refuse_unknown_types("parse_and_create_resource")
refuse_unknown_types("parse_and_update_resource")

cloudformation_type("AWS::CDK::Metadata", lambda *_: ("cdk-metadata", {}))
