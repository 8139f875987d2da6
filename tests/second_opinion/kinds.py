"""The types of the template that moto's CloudFormation does not know, and the calls of moto's services that make them.

CloudFormation's properties are those of the service's own call, but for some names and for CloudFront's lists. moto
resolves the template: parameters, conditions, references. Only the last step, the call, is made from here.

This runs in moto's own environment.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Properties = dict[str, Any]

NOT_IN_MOTO: Final = ("AWS::CloudFront::CachePolicy", "AWS::CloudFront::ResponseHeadersPolicy")
"""Types that no API of moto has. References to one get a made-up id."""

_CLOUDFRONTS_NAMES: Final = {
    "IPV6Enabled": "IsIPV6Enabled",
    "AcmCertificateArn": "ACMCertificateArn",
    "SslSupportMethod": "SSLSupportMethod",
    "OriginSSLProtocols": "OriginSslProtocols",
}


@dataclass(frozen=True)
class Kind:
    """One type: its service's call, and the values that Ref and GetAtt have."""

    service: str
    operation: str
    ref: Callable[[Properties, Properties], str]
    """Return the value of Ref, from the call's arguments and its answer."""
    arguments: Callable[[Properties, Any], Properties] = lambda properties, _client: properties
    attributes: Mapping[str, Callable[[Properties], Any]] = field(default_factory=dict)
    """The values of GetAtt, from the answer."""
    name: str = ""
    """The property that names the resource, and gets a made-up name where the template has none."""
    read: Callable[[Any, Properties], Properties] | None = None
    """Read the resource, where the call's answer is empty."""


def _lower(value: Any) -> Any:
    """Write the keys as CloudWatch Logs does."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lower(each) for key, each in value.items()}
    return [_lower(each) for each in value] if isinstance(value, list) else value


def _counted(value: Any, shape: Any) -> Any:
    """Write CloudFormation's lists as CloudFront's API does, with their quantity, wherever the API's shape has that."""
    if isinstance(value, list) and shape.type_name == "structure":
        items = [_counted(each, shape.members["Items"].member) for each in value]
        return {"Quantity": len(items), "Items": items}
    if isinstance(value, dict) and shape.type_name == "structure":
        named = {_CLOUDFRONTS_NAMES.get(key, key): each for key, each in value.items()}
        return {key: _counted(each, shape.members[key]) for key, each in named.items() if key in shape.members}
    if isinstance(value, list):
        return [_counted(each, shape.member) for each in value]
    return value


def _distribution(properties: Properties, client: Any) -> Properties:
    shape = client.meta.service_model.operation_model("CreateDistribution").input_shape.members["DistributionConfig"]
    config = _counted(properties["DistributionConfig"], shape)
    for origin in config["Origins"]["Items"]:  # CloudFormation's own defaults
        if "CustomOriginConfig" in origin:
            origin["CustomOriginConfig"] = {"HTTPPort": 80, "HTTPSPort": 443, **origin["CustomOriginConfig"]}
    for behaviour in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", {}).get("Items", ())):
        if "CachedMethods" in behaviour:  # the API has it inside the other list
            behaviour["AllowedMethods"]["CachedMethods"] = behaviour.pop("CachedMethods")
    return {"DistributionConfig": {"CallerReference": uuid.uuid4().hex, **config}}


def _secret(properties: Properties, client: Any) -> Properties:
    drawn = client.get_random_password(**properties.get("GenerateSecretString", {}))["RandomPassword"]
    kept = {key: each for key, each in properties.items() if key != "GenerateSecretString"}
    return {**kept, "SecretString": drawn}


def _function_url(properties: Properties, _client: Any) -> Properties:
    *head, qualifier = properties["TargetFunctionArn"].split(":")
    return {"FunctionName": ":".join(head), "Qualifier": qualifier, "AuthType": properties["AuthType"]}


def _budget(properties: Properties, _client: Any) -> Properties:
    budget = properties["Budget"]
    limit = {**budget["BudgetLimit"], "Amount": str(budget["BudgetLimit"]["Amount"])}
    return {"AccountId": "123456789012", **properties, "Budget": {**budget, "BudgetLimit": limit}}


KINDS: Final = {
    "AWS::Budgets::Budget": Kind(
        "budgets", "create_budget", ref=lambda given, _: str(given["Budget"]["BudgetName"]), arguments=_budget
    ),
    "AWS::CloudFront::Distribution": Kind(
        "cloudfront",
        "create_distribution",
        ref=lambda _, answer: str(answer["Distribution"]["Id"]),
        arguments=_distribution,
        attributes={"DomainName": lambda answer: answer["Distribution"]["DomainName"]},
    ),
    "AWS::CloudFront::Function": Kind(
        "cloudfront",
        "create_function",
        ref=lambda _, answer: str(answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]),
        arguments=lambda given, _: {
            **{key: each for key, each in given.items() if key != "AutoPublish"},
            "FunctionCode": given["FunctionCode"].encode(),
        },
        attributes={"FunctionARN": lambda answer: answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]},
    ),
    "AWS::CloudFront::OriginAccessControl": Kind(
        "cloudfront",
        "create_origin_access_control",
        ref=lambda _, answer: str(answer["OriginAccessControl"]["Id"]),
        attributes={"Id": lambda answer: answer["OriginAccessControl"]["Id"]},
    ),
    "AWS::CloudWatch::Alarm": Kind(
        "cloudwatch",
        "put_metric_alarm",
        ref=lambda given, _: str(given["AlarmName"]),
        name="AlarmName",
        read=lambda client, given: client.describe_alarms(AlarmNames=[given["AlarmName"]])["MetricAlarms"][0],
        attributes={"Arn": lambda answer: answer["AlarmArn"]},
    ),
    "AWS::Lambda::Alias": Kind("lambda", "create_alias", ref=lambda _, answer: str(answer["AliasArn"])),
    "AWS::Lambda::EventInvokeConfig": Kind(
        "lambda", "put_function_event_invoke_config", ref=lambda given, _: f"{given['FunctionName']} invoked"
    ),
    "AWS::Lambda::Url": Kind(
        "lambda",
        "create_function_url_config",
        ref=lambda _, answer: str(answer["FunctionArn"]),
        arguments=_function_url,
        attributes={"FunctionUrl": lambda answer: answer["FunctionUrl"]},
    ),
    "AWS::Lambda::Version": Kind(  # moto's own has no number
        "lambda",
        "publish_version",
        ref=lambda _, answer: str(answer["FunctionArn"]),
        attributes={"Version": lambda answer: answer["Version"]},
    ),
    "AWS::Logs::MetricFilter": Kind(
        "logs",
        "put_metric_filter",
        ref=lambda given, _: str(given["filterName"]),
        arguments=lambda given, _: _lower(given),
        name="FilterName",
    ),
    "AWS::S3::BucketPolicy": Kind(
        "s3",
        "put_bucket_policy",
        ref=lambda given, _: str(given["Bucket"]),
        arguments=lambda given, _: {"Bucket": given["Bucket"], "Policy": json.dumps(given["PolicyDocument"])},
    ),
    "AWS::SNS::TopicPolicy": Kind(
        "sns",
        "set_topic_attributes",
        ref=lambda given, _: f"{given['TopicArn']} policy",
        arguments=lambda given, _: {
            "TopicArn": given["Topics"][0],
            "AttributeName": "Policy",
            "AttributeValue": json.dumps(given["PolicyDocument"]),
        },
    ),
    "AWS::Scheduler::Schedule": Kind(
        "scheduler", "create_schedule", ref=lambda given, _: str(given["Name"]), name="Name"
    ),
    "AWS::SecretsManager::Secret": Kind(
        "secretsmanager", "create_secret", ref=lambda _, answer: str(answer["ARN"]), arguments=_secret, name="Name"
    ),
}
