"""Plan how an adoption is taken back: what it added is removed, what it replaced comes back, all else stays. Pure."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from infra.edge.behaviours import EdgePlan
from infra.edge.origins import domain_of
from infra.edge.parts import differs

if TYPE_CHECKING:
    from infra.template import JSON


def take_back(before: JSON, after: JSON, now: JSON) -> EdgePlan:
    """Return the plan that turns `now` back, where an adoption turned `before` into `after`.

    A part that somebody changed since is a conflict.
    """
    made = EdgePlan(copy.deepcopy(now))
    items = _behaviours(made, before, after, now)
    if [each["PathPattern"] for each in items] != [each["PathPattern"] for each in listed(now)] or items != listed(now):
        made.config["CacheBehaviors"] = {"Quantity": len(items), **({"Items": items} if items else {})}
    for name, words in (("DefaultCacheBehavior", "the default behaviour"), ("CustomErrorResponses", "the error pages")):
        _restore(made, name, words, before, after, now)
    _remove_origins(made, before, after)
    return made


def listed(config: JSON) -> list[JSON]:
    """Return the behaviours of a DistributionConfig."""
    return list((config.get("CacheBehaviors") or {}).get("Items", []))


def _behaviours(made: EdgePlan, before: JSON, after: JSON, now: JSON) -> list[JSON]:
    old, ours = _by_pattern(before), _by_pattern(after)
    items = []
    for each in listed(now):
        pattern = each["PathPattern"]
        wanted = ours.get(pattern)
        if wanted is None or (pattern in old and _same(wanted, old[pattern])):
            items.append(each)
        elif pattern in old and _same(old[pattern], each):
            items.append(each)  # it was taken back already
        elif differs(wanted, each):
            made.refuses.append(f"{pattern} was changed after the adoption. Change it yourself, then run this again.")
            items.append(each)
        elif pattern in old:
            items.append(old[pattern])
            made.adds.append(f"behaviour {pattern} leads to {domain_of(before, old[pattern]['TargetOriginId'])} again")
        else:
            made.adds.append(f"behaviour {pattern} is removed")
    order = [each["PathPattern"] for each in listed(before)]
    if sorted(order) == sorted(each["PathPattern"] for each in items):
        items.sort(key=lambda each: order.index(each["PathPattern"]))
    return items


def _restore(made: EdgePlan, name: str, words: str, before: JSON, after: JSON, now: JSON) -> None:  # noqa: PLR0913, PLR0917  # three states
    old, ours, present = (config.get(name) or {} for config in (before, after, now))
    if _same(ours, old) or _same(old, present):
        return
    if differs(ours, present):
        made.refuses.append(f"Somebody changed {words} after the adoption. Change it yourself, then run this again.")
        return
    made.config[name] = old
    made.adds.append(f"{words} as before")


def _remove_origins(made: EdgePlan, before: JSON, after: JSON) -> None:
    """Remove the origins that the adoption added, if nothing uses them any more."""
    old = {each["Id"] for each in before["Origins"]["Items"]}
    new = {each["Id"] for each in after["Origins"]["Items"]} - old
    rest = {name: each for name, each in made.config.items() if name != "Origins"}
    unused = {each for each in new if json.dumps(each) not in json.dumps(rest, default=str)}
    kept = [each for each in made.config["Origins"]["Items"] if each["Id"] not in unused]
    gone = [each for each in made.config["Origins"]["Items"] if each["Id"] in unused]
    if gone:
        made.config["Origins"] = {"Quantity": len(kept), "Items": kept}
        made.adds += [f"origin {each['Id']} is removed" for each in gone]


def _by_pattern(config: JSON) -> dict[str, JSON]:
    return {each["PathPattern"]: each for each in listed(config)}


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401  # JSON
    """Return True if both say the same. CloudFront fills in what is left out, with nothing."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:  # noqa: ANN401  # JSON in, JSON out
    """Return the value without what is empty, its numbers as text, and its lists in one order."""
    if isinstance(value, dict):
        parts = {name: _plain(each) for name, each in value.items() if name != "Quantity"}
        return {name: each for name, each in parts.items() if each not in ({}, [], "", "false", "None")}
    if isinstance(value, list):
        return sorted((_plain(each) for each in value), key=str)
    return str(value).lower() if isinstance(value, bool) else str(value)
