"""VPC, load balancer, DNS and certificates."""

from collections.abc import Callable
from typing import Any

import moto.ec2.models.elastic_network_interfaces as network_interfaces
import moto.ec2.models.internet_gateways as internet_gateways
import moto.ec2.models.route_tables as route_tables
import moto.elbv2.models as elbv2
import moto.route53.models as route53
from moto.ec2.models import ec2_backends
from plus import after_create_and_update, client, cloudformation_type, pick, tags


def egress(properties: Any, name: str, account: str, region: str) -> Any:
    permission: dict[str, Any] = {"IpProtocol": str(properties["IpProtocol"])}
    if "FromPort" in properties:
        permission |= {"FromPort": int(properties["FromPort"]), "ToPort": int(properties["ToPort"])}
    if "CidrIp" in properties:
        description = properties.get("Description", "")
        permission["IpRanges"] = [{"CidrIp": properties["CidrIp"], "Description": description}]
    if "DestinationSecurityGroupId" in properties:
        permission["UserIdGroupPairs"] = [{"GroupId": properties["DestinationSecurityGroupId"]}]
    client("ec2", account, region).authorize_security_group_egress(
        GroupId=properties["GroupId"], IpPermissions=[permission]
    )
    return f"sgr-{name}", {}


cloudformation_type("AWS::EC2::SecurityGroupEgress", egress)


def certificate(properties: Any, name: str, account: str, region: str) -> Any:
    wanted = pick(properties, "DomainName", "SubjectAlternativeNames", "ValidationMethod")
    if tags(properties):
        wanted["Tags"] = tags(properties)
    arn = client("acm", account, region).request_certificate(**wanted)["CertificateArn"]
    return arn, {}


cloudformation_type(
    "AWS::CertificateManager::Certificate",
    certificate,
    lambda arn, _, account, region: client("acm", account, region).delete_certificate(CertificateArn=arn),
)


def table_association(properties: Any, name: str, account: str, region: str) -> Any:
    """moto keeps one that is made by CloudFormation where its API does not look."""
    made = client("ec2", account, region).associate_route_table(**pick(properties, "SubnetId", "RouteTableId"))
    return made["AssociationId"], {}


cloudformation_type(
    "AWS::EC2::SubnetRouteTableAssociation",
    table_association,
    lambda id, _, account, region: client("ec2", account, region).disassociate_route_table(AssociationId=id),
)


def flow_log(properties: Any, name: str, account: str, region: str) -> Any:
    wanted = pick(properties, "ResourceType", "TrafficType", "LogDestinationType")
    # moto takes a bucket, but no folder in it.
    destination = properties["LogDestination"].split("/")[0]
    made = client("ec2", account, region).create_flow_logs(
        ResourceIds=[properties["ResourceId"]], LogDestination=destination, **wanted
    )["FlowLogIds"][0]
    ec2_backends[account][region].flow_logs[made].log_destination = properties["LogDestination"]
    return made, {}


cloudformation_type(
    "AWS::EC2::FlowLog",
    flow_log,
    lambda id, _, account, region: client("ec2", account, region).delete_flow_logs(FlowLogIds=[id]),
)


# moto drops the attributes of load balancers and target groups.
def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def load_balancer_attributes(balancer: Any, properties: Any, *_: str) -> None:
    for attribute in properties.get("LoadBalancerAttributes", []):
        balancer.attrs[attribute["Key"]] = text(attribute["Value"])


def target_group_attributes(group: Any, properties: Any, *_: str) -> None:
    for attribute in properties.get("TargetGroupAttributes", []):
        group.attributes[attribute["Key"]] = text(attribute["Value"])


after_create_and_update(elbv2.FakeLoadBalancer, load_balancer_attributes)
after_create_and_update(elbv2.FakeTargetGroup, target_group_attributes)

_load_balancer_attribute = elbv2.FakeLoadBalancer.get_cfn_attribute


def load_balancer_attribute(self: Any, name: str) -> Any:
    known = {
        "CanonicalHostedZoneID": self.canonical_hosted_zone_id,
        "LoadBalancerFullName": self.arn.split(":loadbalancer/")[1],
        "SecurityGroups": self.security_groups,
    }
    return known.get(name) or _load_balancer_attribute(self, name)


def target_group_attribute(self: Any, name: str) -> Any:
    if name == "TargetGroupFullName":
        return self.arn.split(":")[-1]
    return self.name if name == "TargetGroupName" else self.arn


def updated_by(attributes: Callable[..., None]) -> classmethod:
    def update(cls: Any, original_resource: Any, cloudformation_json: Any, **_: str) -> Any:
        attributes(original_resource, cloudformation_json["Properties"])
        return original_resource

    return classmethod(update)


elbv2.FakeLoadBalancer.get_cfn_attribute = load_balancer_attribute
elbv2.FakeLoadBalancer.update_from_cloudformation_json = updated_by(load_balancer_attributes)
elbv2.FakeTargetGroup.update_from_cloudformation_json = updated_by(target_group_attributes)
elbv2.FakeTargetGroup.has_cfn_attr = classmethod(lambda cls, name: True)
elbv2.FakeTargetGroup.get_cfn_attribute = target_group_attribute

NAME_SERVERS = ["ns-1.awsdns-01.org", "ns-2.awsdns-02.co.uk", "ns-3.awsdns-03.com", "ns-4.awsdns-04.net"]
route53.FakeZone.has_cfn_attr = classmethod(lambda cls, name: name in ("Id", "NameServers"))
route53.FakeZone.get_cfn_attribute = lambda self, name: self.id if name == "Id" else NAME_SERVERS


# A zone could not be updated, and was lost when it had to be; nothing of it changes here but what becomes of it at the end.
def update_zone(cls: Any, original_resource: Any, *_: Any, **__: Any) -> Any:
    return original_resource


route53.FakeZone.update_from_cloudformation_json = classmethod(update_zone)

# Where a VPC gives no names, moto's interface has no such attribute, and its ECS reads it.
network_interfaces.NetworkInterface.private_dns_name = ""


# These two could not be deleted with their stack. A table that still has associations is refused and tried again.
def delete_route_table(self: Any, account: str, region: str) -> None:
    client("ec2", account, region).delete_route_table(RouteTableId=self.id)


def delete_internet_gateway(self: Any, account: str, region: str) -> None:
    ec2 = client("ec2", account, region)
    gateway = ec2.describe_internet_gateways(InternetGatewayIds=[self.id])["InternetGateways"][0]
    for attachment in gateway["Attachments"]:
        ec2.detach_internet_gateway(InternetGatewayId=self.id, VpcId=attachment["VpcId"])
    ec2.delete_internet_gateway(InternetGatewayId=self.id)


route_tables.RouteTable.delete = delete_route_table
internet_gateways.InternetGateway.delete = delete_internet_gateway
