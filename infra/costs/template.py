"""The setup that the template makes with given parameters, where no stack is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.costs.model import PricedFunction, Setup
from infra.template import read_template

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: Final = {"BotFunction": "bot", "WebFunction": "web", "AnnounceFunction": "announce", "MailFunction": "mail"}
_SETS: Final = 2  # versions of each function that are kept: the one that serves, and the one before


def setup_of(parameters: Mapping[str, str]) -> Setup:
    """Return the setup of a stack of the template's with these parameters; the others have their defaults."""
    template = read_template()
    defaults = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    values = {**defaults, "Serving": "true", **parameters}
    conditions = template["Conditions"]
    there = {
        name: each
        for name, each in template["Resources"].items()
        if "Condition" not in each or is_true({"Condition": each["Condition"]}, conditions, values)
    }
    fast = is_true({"Condition": "StartsFast"}, conditions, values)
    kinds = [each["Type"] for each in there.values()]
    functions = tuple(
        PricedFunction(name, role, int(properties["MemorySize"]), _SETS if fast and "SnapStart" in properties else 0)
        for name, role in ROLES.items()
        if (properties := there.get(name, {}).get("Properties"))
    )
    return Setup(
        functions=functions,
        alarms=kinds.count("AWS::CloudWatch::Alarm"),
        secrets=kinds.count("AWS::SecretsManager::Secret") + 1,  # and the one that holds the credentials
        dashboards=kinds.count("AWS::CloudWatch::Dashboard"),
        keys=kinds.count("AWS::KMS::Key"),
        firewalls=kinds.count("AWS::WAFv2::WebACL"),
        fast_start=fast,
        patron_mails=is_true({"Condition": "MailsPatrons"}, conditions, values),
        canary=is_true({"Condition": "HasCanary"}, conditions, values),
    )


def is_true(condition: Any, conditions: Mapping[str, Any], values: Mapping[str, str]) -> bool:  # noqa: ANN401 - YAML
    """Return the value of a condition of the template's."""
    ((function, arguments),) = condition.items()
    if function == "Condition":
        return is_true(conditions[arguments], conditions, values)
    if function == "Fn::Not":
        return not is_true(arguments[0], conditions, values)
    if function == "Fn::And":
        return all(is_true(each, conditions, values) for each in arguments)
    if function == "Fn::Or":
        return any(is_true(each, conditions, values) for each in arguments)
    one, other = (values[each["Ref"]] if isinstance(each, dict) else str(each) for each in arguments)  # Fn::Equals
    return one == other
