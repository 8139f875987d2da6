"""Known differences between the two engines' stacks, with the engine at fault. Any other difference fails a test.

A line without a difference fails the test as well, so lines are removed when an engine is fixed.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A comment's first word is the engine that is right by AWS's documentation of CloudFormation.
KNOWN: Final[dict[str, str]] = {
    # moto: MiniStack has no AWS Budgets, so the resource is taken out of its template.
    "resources.Budget": "MiniStack refuses AWS::Budgets::Budget",
    "Budget.*": "MiniStack refuses AWS::Budgets::Budget",
    # moto
    "AdminTokenSecret.plain": "MiniStack ignores ExcludePunctuation",
    "*SlowAlarm.Statistic": "MiniStack adds a Statistic beside the ExtendedStatistic that is set",
    "*.ScheduleExpressionTimezone": "MiniStack ignores a schedule's time zone",
    "*StaysAwake.Target.RetryPolicy.*": "MiniStack leaves out the defaults of a schedule's retry policy",
    "WebFunction.share": "MiniStack's CloudFormation ignores ReservedConcurrentExecutions",
    "Distribution.origins.web.CustomOriginConfig.*": "MiniStack leaves out an origin's defaults",
    "Distribution.behaviours.*.AllowedMethods.CachedMethods.*": "MiniStack leaves out the default of CachedMethods",
    # MiniStack
    "*Function.Environment.Variables.ADMIN_TOKEN_SECRET": "moto does not resolve a secret in a property",
    "*Function.Environment.Variables.SLACK_BOT_TOKEN": "moto does not resolve a secret in a property",
    "*Function.Environment.Variables.SLACK_SIGNING_SECRET": "moto does not resolve a secret in a property",
    "*Function.Environment.Variables.GMAIL_*": "moto does not resolve a secret in a property",
    "*Function.Architectures": "moto's CloudFormation ignores Architectures",
    "*Function.starts": "moto's CloudFormation ignores SnapStart",
    "*Function.LoggingConfig*": "moto's CloudFormation ignores LoggingConfig",
    "*Mapping.FunctionArn": "moto maps the stream to the version behind the alias",
    "*Bucket.owner": "moto's CloudFormation ignores OwnershipControls",
    "*Bucket.public*": "moto's CloudFormation ignores PublicAccessBlockConfiguration",
    "*Bucket.versions": "moto's CloudFormation ignores VersioningConfiguration",
    "Distribution.origins.*.OriginAccessControlId": "moto drops an origin's access control",
    "Distribution.behaviours.*.FunctionAssociations.*": "moto drops the functions of a behaviour",
    "outputs.BotUrl": "moto writes a function URL without the slash at its end",
    # neither is wrong
    "*FunctionUrl.InvokeMode": "the default is written in two ways",
    "Distribution.DefaultRootObject": "nothing is written in two ways",
    "Distribution.ViewerCertificate.*": "moto adds what follows from the certificate",
    "Distribution.behaviours.*.OriginRequestPolicyId": "nothing is written in two ways",
    "parameters.EventsStreamLabel": "each engine has a table of its own",
}
BOTH_IGNORE: Final = {
    "EventsTable.recovers": "DISABLED",
    "WaiversBucket.lock": "none: ObjectLockConfigurationNotFoundError",
}
"""Settings that neither engine's CloudFormation applies. tests/infra/test_template.py reads these in the template."""

ABSENT: Final = "absent"


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the values that differ between the engines, by path."""
    return {
        path: (one.get(path, ABSENT), other.get(path, ABSENT))
        for path in sorted({*one, *other})
        if one.get(path, ABSENT) != other.get(path, ABSENT)
    }


def unexplained(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the differences that no line explains."""
    return {path: each for path, each in found.items() if not any(fnmatchcase(path, known) for known in KNOWN)}


def stale(found: Iterable[str]) -> set[str]:
    """Return the lines that explain none of the differences."""
    paths = list(found)
    return {known for known in KNOWN if not any(fnmatchcase(path, known) for path in paths)}
