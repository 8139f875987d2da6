"""One reader for each type of the template: its settings, through its service's own API."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Ask = Callable[[str], Any]
    Reader = Callable[[Ask, str], dict[str, Any]]

NONE: Final = "none"
"""The beginning of the value for a setting that the engine reports as never made."""


def _tried(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except ClientError as refused:
        return f"{NONE}: {refused.response['Error']['Code']}"


def _document(policy: Any) -> Any:
    return ast.literal_eval(policy) if isinstance(policy, str) else policy  # moto keeps it as Python writes it


def _picked(config: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: config.get(name) for name in names}


def _table(ask: Ask, name: str) -> dict[str, Any]:
    tables = ask("dynamodb")
    table = tables.describe_table(TableName=name)["Table"]
    backups = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    indexes = {
        each["IndexName"]: {
            "keys": each["KeySchema"],
            "projection": {
                **each["Projection"],
                "NonKeyAttributes": sorted(each["Projection"].get("NonKeyAttributes", ())),
            },
        }
        for each in table.get("GlobalSecondaryIndexes", ())
    }
    return {
        "keys": table["KeySchema"],
        "attributes": sorted((each["AttributeName"], each["AttributeType"]) for each in table["AttributeDefinitions"]),
        "billing": table.get("BillingModeSummary", {}).get("BillingMode"),
        "indexes": indexes,
        "stream": table.get("StreamSpecification"),
        "protected": table.get("DeletionProtectionEnabled"),
        "expires": _picked(
            tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"], "AttributeName", "TimeToLiveStatus"
        ),
        "recovers": backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus"),
    }


def _bucket(ask: Ask, name: str) -> dict[str, Any]:
    s3 = ask("s3")
    return {
        "versions": s3.get_bucket_versioning(Bucket=name).get("Status"),
        "encryption": _tried(
            lambda: [
                each["ApplyServerSideEncryptionByDefault"]
                for each in s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
            ]
        ),
        "public": _tried(lambda: s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]),
        "owner": _tried(lambda: s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]),
        "lock": _tried(lambda: s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]),
        "policy": _tried(lambda: json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])),
    }


def _queue(ask: Ask, url: str) -> dict[str, Any]:
    wanted = ("MessageRetentionPeriod", "SqsManagedSseEnabled", "VisibilityTimeout", "DelaySeconds")
    return _picked(ask("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"], *wanted)


def _alarm(ask: Ask, name: str) -> dict[str, Any]:
    (alarm,) = ask("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    picked = _picked(
        alarm,
        *(
            "AlarmDescription",
            "Namespace",
            "MetricName",
            "Statistic",
            "ExtendedStatistic",
            "Period",
            "EvaluationPeriods",
        ),
        *("DatapointsToAlarm", "ComparisonOperator", "Threshold", "TreatMissingData", "AlarmActions", "OKActions"),
    )
    metrics = {each["Id"]: each for each in alarm.get("Metrics", ())}
    return {
        **picked,
        "Dimensions": {each["Name"]: each["Value"] for each in alarm.get("Dimensions", ())},
        "Metrics": metrics,
    }


def _role(ask: Ask, name: str) -> dict[str, Any]:
    iam = ask("iam")
    policies = {
        each: _document(iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"])
        for each in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    statements = {
        f"{policy}/{each.get('Sid')}": each for policy, document in policies.items() for each in document["Statement"]
    }
    return {"assumed": iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"], "may": statements}


def _log_group(ask: Ask, name: str) -> dict[str, Any]:
    logs = ask("logs")
    (group,) = [
        each for each in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] if each["logGroupName"] == name
    ]
    filters = logs.describe_metric_filters(logGroupName=name)["metricFilters"]
    return {
        "retention": group.get("retentionInDays"),
        "filters": sorted(
            (each["filterPattern"], json.dumps(each["metricTransformations"], sort_keys=True)) for each in filters
        ),
    }


def _function(ask: Ask, name: str) -> dict[str, Any]:
    functions = ask("lambda")
    config = functions.get_function_configuration(FunctionName=name)
    picked = _picked(
        config,
        "Handler",
        "Runtime",
        "MemorySize",
        "Timeout",
        "Role",
        "Description",
        "Architectures",
        "LoggingConfig",
        "Environment",
    )
    versions = functions.list_versions_by_function(FunctionName=name)["Versions"]
    aliases = functions.list_aliases(FunctionName=name)["Aliases"]
    answer = functions.get_function_concurrency(FunctionName=name)
    return {
        **picked,
        "starts": config.get("SnapStart", {}).get("ApplyOn"),
        "versions": [each["Version"] for each in versions],
        "aliases": {each["Name"]: each["FunctionVersion"] for each in aliases},
        "share": answer.get("ReservedConcurrentExecutions"),
    }


def _url(ask: Ask, arn: str) -> dict[str, Any]:
    answer = ask("lambda").get_function_url_config(FunctionName=arn.rpartition(":live")[0] or arn, Qualifier="live")
    return _picked(answer, "AuthType", "InvokeMode")


def _mapping(ask: Ask, uuid: str) -> dict[str, Any]:
    answer = ask("lambda").get_event_source_mapping(UUID=uuid)
    return _picked(
        answer,
        *(
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "ParallelizationFactor",
            "BisectBatchOnFunctionError",
            "StartingPosition",
        ),
        *(
            "MaximumRecordAgeInSeconds",
            "MaximumRetryAttempts",
            "FunctionResponseTypes",
            "FilterCriteria",
            "DestinationConfig",
        ),
        *("EventSourceArn", "FunctionArn", "State"),
    )


def _schedule(ask: Ask, name: str) -> dict[str, Any]:
    answer = ask("scheduler").get_schedule(Name=name.rpartition("/")[2])
    return _picked(
        answer,
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "FlexibleTimeWindow",
        "Target",
        "State",
        "Description",
    )


def _topic(ask: Ask, arn: str) -> dict[str, Any]:
    sns = ask("sns")
    answer = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    subscribed = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    return {
        "name": answer.get("DisplayName"),
        "policy": json.loads(answer["Policy"])["Statement"],
        "subscribed": sorted((each["Protocol"], each["Endpoint"]) for each in subscribed),
    }


def _distribution(ask: Ask, identity: str) -> dict[str, Any]:
    config = ask("cloudfront").get_distribution_config(Id=identity)["DistributionConfig"]
    picked = _picked(
        config,
        "Comment",
        "Enabled",
        "HttpVersion",
        "IsIPV6Enabled",
        "PriceClass",
        "Aliases",
        "DefaultRootObject",
        "ViewerCertificate",
    )
    wanted = (
        "TargetOriginId",
        "ViewerProtocolPolicy",
        "Compress",
        "AllowedMethods",
        "CachePolicyId",
        "OriginRequestPolicyId",
        "FunctionAssociations",
    )
    behaviours = {each["PathPattern"]: each for each in config.get("CacheBehaviors", {}).get("Items", ())}
    behaviours["else"] = config["DefaultCacheBehavior"]
    return {
        **picked,
        "order": list(behaviours),
        "behaviours": {name: _picked(each, *wanted) for name, each in behaviours.items()},
        "origins": {
            each["Id"]: _picked(each, "DomainName", "OriginAccessControlId", "CustomOriginConfig")
            for each in config["Origins"]["Items"]
        },
    }


def _dashboard(ask: Ask, name: str) -> dict[str, Any]:
    return {"body": json.loads(ask("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])}


def _secret(ask: Ask, arn: str) -> dict[str, Any]:
    text = ask("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return {
        "length": len(text),
        "plain": bool(re.fullmatch("[A-Za-z0-9]+", text)),
        "description": ask("secretsmanager").describe_secret(SecretId=arn).get("Description"),
    }


def _budget(ask: Ask, name: str) -> dict[str, Any]:
    account = ask("sts").get_caller_identity()["Account"]
    answer = ask("budgets").describe_budget(AccountId=account, BudgetName=name)["Budget"]
    return {"limit": float(answer["BudgetLimit"]["Amount"]), **_picked(answer, "BudgetType", "TimeUnit")}


READERS: Final[dict[str, Reader]] = {
    "AWS::Budgets::Budget": _budget,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::DynamoDB::Table": _table,
    "AWS::IAM::Role": _role,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Url": _url,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::SecretsManager::Secret": _secret,
}
