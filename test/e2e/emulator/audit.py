"""The trail, and zones as `vibely https --zone` names them."""

from typing import Any

import moto.route53.models as route53
from plus import booleans, client, cloudformation_type, tags


def trail(properties: Any, name: str, account: str, region: str) -> Any:
    api = client("cloudtrail", account, region)
    switches = ("IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation")
    made = api.create_trail(
        **{"Name": properties["TrailName"], "S3BucketName": properties["S3BucketName"]},
        **booleans(properties, *switches),
        TagsList=tags(properties),
    )
    if booleans(properties, "IsLogging")["IsLogging"]:
        api.start_logging(Name=made["Name"])
    return made["Name"], {"Arn": made["TrailARN"]}


cloudformation_type(
    "AWS::CloudTrail::Trail",
    trail,
    lambda name, _, account, region: client("cloudtrail", account, region).delete_trail(Name=name),
    name_property="TrailName",
)

# The id of a zone begins with Z, which is how people's mistakes are found.
_zone_id = route53.HostedZoneIdentifier.generate
route53.HostedZoneIdentifier.generate = lambda self, *args, **kwargs: f"Z{_zone_id(self, *args, **kwargs)[1:]}"
