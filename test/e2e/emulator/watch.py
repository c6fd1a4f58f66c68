"""The firewall, alarms and what they publish to: what `vibely waf` and `vibely alarms` add."""

import json
from typing import Any

from moto.budgets.exceptions import NotFoundException
from moto.budgets.responses import BudgetsResponse
from moto.ce.responses import CostExplorerResponse
from moto.wafv2.exceptions import WAFNonexistentItemException
from moto.wafv2.responses import WAFV2Response
from plus import booleans, client, cloudformation_type, numbers, pick, tags


def numbered(value: Any) -> Any:
    """An access control list as the API takes it: CloudFormation hands numbers and switches on as text."""
    if isinstance(value, dict):
        typed = numbers(value, "Priority", "Limit", "EvaluationWindowSec", "ResponseCode", "Size")
        switched = booleans(value, "SampledRequestsEnabled", "CloudWatchMetricsEnabled")
        return {key: numbered(inner) for key, inner in value.items()} | typed | switched
    return [numbered(inner) for inner in value] if isinstance(value, list) else value


def acl(properties: Any, name: str, account: str, region: str) -> Any:
    made = client("wafv2", account, region).create_web_acl(
        **numbered(pick(properties, "Name", "Scope", "Description", "DefaultAction", "Rules", "VisibilityConfig")),
        Tags=tags(properties),
    )["Summary"]
    return f"{made['Name']}|{made['Id']}|{properties['Scope']}", {"Arn": made["ARN"], "Id": made["Id"]}


def existing_acl(identity: str, api: Any) -> dict[str, str]:
    name, key, scope = identity.split("|")
    own = {"Name": name, "Id": key, "Scope": scope}
    return own | {"LockToken": api.get_web_acl(**own)["LockToken"]}


def update_acl(properties: Any, original: Any, account: str, region: str) -> None:
    api = client("wafv2", account, region)
    changed = numbered(pick(properties, "Description", "DefaultAction", "Rules", "VisibilityConfig"))
    api.update_web_acl(**existing_acl(original.physical_resource_id, api), **changed)


def delete_acl(identity: str, properties: Any, account: str, region: str) -> None:
    api = client("wafv2", account, region)
    api.delete_web_acl(**existing_acl(identity, api))


cloudformation_type("AWS::WAFv2::WebACL", acl, delete=delete_acl, update=update_acl, name_property="Name")


def association(properties: Any, name: str, account: str, region: str) -> Any:
    both = pick(properties, "WebACLArn", "ResourceArn")
    client("wafv2", account, region).associate_web_acl(**both)
    return "|".join(both.values()), {}


def delete_association(identity: str, properties: Any, account: str, region: str) -> None:
    client("wafv2", account, region).disassociate_web_acl(ResourceArn=identity.split("|")[1])


cloudformation_type("AWS::WAFv2::WebACLAssociation", association, delete=delete_association)


def acl_logging(properties: Any, name: str, account: str, region: str) -> Any:
    own = pick(properties, "ResourceArn", "LogDestinationConfigs", "RedactedFields", "LoggingFilter")
    client("wafv2", account, region).put_logging_configuration(LoggingConfiguration=own)
    return properties["ResourceArn"], {}


def delete_acl_logging(arn: str, properties: Any, account: str, region: str) -> None:
    client("wafv2", account, region).delete_logging_configuration(ResourceArn=arn)


cloudformation_type("AWS::WAFv2::LoggingConfiguration", acl_logging, delete=delete_acl_logging)


def subscription(properties: Any, name: str, account: str, region: str) -> Any:
    own = pick(properties, "TopicArn", "Protocol", "Endpoint")
    made = client("sns", account, region).subscribe(**own, ReturnSubscriptionArn=True)
    return made["SubscriptionArn"], {}


def delete_subscription(arn: str, properties: Any, account: str, region: str) -> None:
    client("sns", account, region).unsubscribe(SubscriptionArn=arn)


cloudformation_type("AWS::SNS::Subscription", subscription, delete=delete_subscription)


def topic_policy(properties: Any, name: str, account: str, region: str) -> Any:
    policy = json.dumps(properties["PolicyDocument"])
    for topic in properties["Topics"]:
        client("sns", account, region).set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=policy
        )
    return name, {}


cloudformation_type("AWS::SNS::TopicPolicy", topic_policy)


def put_alarm(properties: Any, name: str, account: str, region: str) -> None:
    texts = ("AlarmDescription", "MetricName", "Namespace", "Statistic", "Dimensions", "ComparisonOperator")
    client("cloudwatch", account, region).put_metric_alarm(
        AlarmName=name,
        **pick(properties, *texts, "TreatMissingData", "AlarmActions", "OKActions"),
        **numbers(properties, "Period", "EvaluationPeriods", "Threshold"),
        Tags=tags(properties),
    )


def alarm(properties: Any, name: str, account: str, region: str) -> Any:
    own = properties["AlarmName"]
    put_alarm(properties, own, account, region)
    return own, {"Arn": f"arn:aws:cloudwatch:{region}:{account}:alarm:{own}"}


def update_alarm(properties: Any, original: Any, account: str, region: str) -> None:
    put_alarm(properties, original.physical_resource_id, account, region)


def delete_alarm(name: str, properties: Any, account: str, region: str) -> None:
    client("cloudwatch", account, region).delete_alarms(AlarmNames=[name])


cloudformation_type(
    "AWS::CloudWatch::Alarm", alarm, delete=delete_alarm, update=update_alarm, name_property="AlarmName"
)


def put_dashboard(properties: Any, name: str, account: str, region: str) -> None:
    client("cloudwatch", account, region).put_dashboard(
        DashboardName=name, DashboardBody=properties["DashboardBody"]
    )


def dashboard(properties: Any, name: str, account: str, region: str) -> Any:
    own = properties["DashboardName"]
    put_dashboard(properties, own, account, region)
    return own, {}


def update_dashboard(properties: Any, original: Any, account: str, region: str) -> None:
    put_dashboard(properties, original.physical_resource_id, account, region)


def delete_dashboard(name: str, properties: Any, account: str, region: str) -> None:
    client("cloudwatch", account, region).delete_dashboards(DashboardNames=[name])


cloudformation_type(
    "AWS::CloudWatch::Dashboard",
    dashboard,
    delete=delete_dashboard,
    update=update_dashboard,
    name_property="DashboardName",
)


def budget(properties: Any, name: str, account: str, region: str) -> Any:
    own = dict(properties["Budget"])
    own["BudgetLimit"] = {key: str(value) for key, value in own["BudgetLimit"].items()}
    notices = [
        {"Notification": notice["Notification"] | {"Threshold": float(notice["Notification"]["Threshold"])}}
        | pick(notice, "Subscribers")
        for notice in properties["NotificationsWithSubscribers"]
    ]
    client("budgets", account, region).create_budget(
        AccountId=account, Budget=own, NotificationsWithSubscribers=notices
    )
    return own["BudgetName"], {}


def delete_budget(name: str, properties: Any, account: str, region: str) -> None:
    client("budgets", account, region).delete_budget(AccountId=account, BudgetName=name)


cloudformation_type("AWS::Budgets::Budget", budget, delete=delete_budget)


def describe_subscribers_for_notification(self: Any) -> str:
    """moto keeps them and does not tell."""
    found = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
    wanted = self._get_param("Notification")
    matching = [one.subscribers for one in found.notifications if one.details == wanted]
    if not matching:
        raise NotFoundException("Unable to describe subscribers - the notification doesn't exist.")
    return json.dumps({"Subscribers": matching[0]})


BudgetsResponse.describe_subscribers_for_notification = describe_subscribers_for_notification


def get_sampled_requests(self: Any) -> Any:
    """Nobody has sent a request through the firewall: there are no samples, of a rule that there is."""
    arn, metric = self._get_param("WebAclArn"), self._get_param("RuleMetricName")
    found = self.wafv2_backend.wacls.get(arn)
    rules = found.rules if found else []
    if metric not in [rule.visibility_config["MetricName"] for rule in rules]:
        raise WAFNonexistentItemException
    answer = {"SampledRequests": [], "PopulationSize": 0, "TimeWindow": self._get_param("TimeWindow")}
    return 200, {"Content-Type": "application/json"}, json.dumps(answer)


WAFV2Response.get_sampled_requests = get_sampled_requests


_given_costs = CostExplorerResponse.get_cost_and_usage


def get_cost_and_usage(self: Any) -> str:
    """What a test has given; else an account that has cost nothing: its time has no groups. moto leaves it out."""
    given = _given_costs(self)
    if json.loads(given)["ResultsByTime"]:
        return given
    asked = json.loads(self.body)
    groups = {"TimePeriod": asked["TimePeriod"], "Total": {}, "Groups": [], "Estimated": True}
    return json.dumps({"GroupDefinitions": asked.get("GroupBy", []), "ResultsByTime": [groups]})


CostExplorerResponse.get_cost_and_usage = get_cost_and_usage
