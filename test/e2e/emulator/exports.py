"""What one stack exports and another imports: CloudFormation takes none of it back as long as it is imported."""

from collections.abc import Iterator
from typing import Any

import moto.cloudformation.models as models


def imports(template: Any) -> Iterator[str]:
    if isinstance(template, list):
        for value in template:
            yield from imports(value)
    if isinstance(template, dict):
        if isinstance(name := template.get("Fn::ImportValue"), str):
            yield name
        yield from imports(list(template.values()))


def exports(template: Any) -> set[str]:
    names = [output.get("Export", {}).get("Name") for output in template.get("Outputs", {}).values()]
    return {name for name in names if isinstance(name, str)}


def refuse_to_take_back(names: set[str], stack: Any) -> None:
    backend = models.cloudformation_backends[stack.account_id][stack.region_name]
    for other in backend.stacks.values():
        if other is stack or other.status.startswith("DELETE"):
            continue
        if used := names & set(imports(other.template_dict.get("Resources"))):
            raise models.ValidationError(
                message=f"Export {min(used)} cannot be deleted as it is in use by {other.name}"
            )


_apply = models.ChangeSet.apply
_delete_stack = models.CloudFormationBackend.delete_stack


def apply(self: Any) -> None:
    gone = exports(self.stack.template_dict) - exports(self.template_dict)
    refuse_to_take_back(gone, self.stack)
    _apply(self)
    backend = models.cloudformation_backends[self.stack.account_id][self.stack.region_name]
    for name in gone:
        backend.exports.pop(name, None)


def delete_stack(self: Any, name_or_stack_id: str) -> None:
    stack = self.get_stack(name_or_stack_id)
    refuse_to_take_back(exports(stack.template_dict), stack)
    _delete_stack(self, name_or_stack_id)


models.ChangeSet.apply = apply
models.CloudFormationBackend.delete_stack = delete_stack
