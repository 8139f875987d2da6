"""Plan the behaviours that an existing distribution lacks. Pure.

Missing behaviours go to the front of the list, in the template's order, before any that would match their paths first.
The order does not matter to behaviours that share no path with them. An existing behaviour with the right origin stays
unchanged in its place, unless another one before it matches all its paths.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.edge.parts import counted, differs
from infra.edge.patterns import overlap, same, within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infra.template import JSON

_BUCKET: Final = re.compile(r"[.]s3[.-][a-z0-9.-]*amazonaws[.]com([.]cn)?$")
# The fields that CloudFront requires in every update, beside those of the template.
_BEHAVIOUR: Final[JSON] = {
    "TrustedSigners": {"Enabled": False, "Quantity": 0},
    "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
    "SmoothStreaming": False,
    "LambdaFunctionAssociations": {"Quantity": 0},
    "FieldLevelEncryptionId": "",
}
_ORIGIN: Final[JSON] = {
    "OriginPath": "",
    "CustomHeaders": {"Quantity": 0},
    "ConnectionAttempts": 3,
    "ConnectionTimeout": 10,
    "OriginShield": {"Enabled": False},
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One behaviour of the template."""

    pattern: str
    side: str
    """The template's name of its origin: `web` or `site`."""
    config: JSON
    """The configuration for CloudFront's API, without pattern and origin."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two origins: its domain and its access control."""

    domain: str
    access: str
    """The id of its origin access control."""
    also: frozenset[str] = frozenset()
    """Ids of other access controls with the same settings."""
    as_it_is: bool = False
    """True if an existing origin is used with any access control: CloudFront reads the bucket already."""


@dataclass
class Plan:
    """The new distribution, and in words the additions, warnings and conflicts."""

    config: JSON
    adds: list[str] = field(default_factory=list)
    warns: list[str] = field(default_factory=list)
    refuses: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    """The id of each side's origin, if an added behaviour uses it."""
    new_origins: set[str] = field(default_factory=set)
    """The sides whose origin is new."""


def read_wanted(template: JSON, resolve: Callable[[str], str], *, page: bool) -> list[Wanted]:
    """Return the template's behaviours. `resolve` returns the id of a named resource.

    With `page`, add the page's own paths, which the template leaves to its default behaviour.
    """
    config = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    listed = [(each["PathPattern"], each) for each in config["CacheBehaviors"]]
    if page:
        listed += [(pattern, config["DefaultCacheBehavior"]) for pattern in ("/dispatch", "/dispatch/*")]
    return [_wanted(pattern, each, resolve) for pattern, each in listed]


def references(template: JSON, *, page: bool) -> list[str]:
    """Return the resources that the template's behaviours name, each once."""
    named: list[str] = []

    def note(name: str) -> str:
        named.append(name)
        return name

    read_wanted(template, note, page=page)
    return list(dict.fromkeys(named))


def plan(found: JSON, wanted: Sequence[Wanted], sides: Mapping[str, Side], *, name: str, take_over: bool) -> Plan:
    """Return the plan for `found`, a DistributionConfig, which is not changed. Unknown sides are left out."""
    made = Plan(copy.deepcopy(found))
    before = list((found.get("CacheBehaviors") or {}).get("Items", []))
    kept, front = list(before), []
    for each in wanted:
        if each.side not in sides:
            made.warns.append(f"{each.pattern} is left out: name the page's bucket with --site-bucket.")
            continue
        there = next((old for old in before if same(old["PathPattern"], each.pattern)), None)
        if there is None:
            front.append(_behaviour(each, _origin(made, each.side, sides, name)))
            made.adds.append(f"behaviour {each.pattern} → {sides[each.side].domain}")
            _check_paths(made, each, before, sides, take_over=take_over)
        elif _domain(found, there["TargetOriginId"]) != sides[each.side].domain:
            made.refuses.append(_elsewhere(found, there, sides[each.side]))
        else:
            made.warns += _unlike(found, there, each, sides[each.side])
            _unhide(made, kept, there, wanted)
    made.warns += _errors(found)
    items = [*front, *kept]
    if items != before:
        made.config["CacheBehaviors"] = {"Quantity": len(items), "Items": items}
    return made


def _wanted(pattern: str, behaviour: JSON, resolve: Callable[[str], str]) -> Wanted:
    config = {name: each for name, each in behaviour.items() if name not in ("PathPattern", "TargetOriginId")}
    return Wanted(pattern=pattern, side=behaviour["TargetOriginId"], config=counted(_resolved(config, resolve)))


def _resolved(value: Any, resolve: Callable[[str], str]) -> Any:  # noqa: ANN401  # JSON in, JSON out
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return resolve(name)
        case dict():
            return {name: _resolved(each, resolve) for name, each in value.items()}
        case list():
            return [_resolved(each, resolve) for each in value]
    return value


def _behaviour(wanted: Wanted, origin_id: str) -> JSON:
    methods = {**wanted.config["AllowedMethods"], "CachedMethods": {"Quantity": 2, "Items": ["HEAD", "GET"]}}
    return {
        "PathPattern": wanted.pattern,
        "TargetOriginId": origin_id,
        **copy.deepcopy(_BEHAVIOUR),
        **wanted.config,
        "AllowedMethods": methods,
    }


def _origin(made: Plan, side: str, sides: Mapping[str, Side], name: str) -> str:
    """Return the id of a side's origin: an existing one that fits, else a new one."""
    if side in made.origins:
        return made.origins[side]
    wanted = sides[side]
    origins = made.config["Origins"]
    for origin in origins["Items"]:
        access = origin.get("OriginAccessControlId") or ""
        fits = wanted.as_it_is or access == wanted.access or access in wanted.also
        if origin["DomainName"] == wanted.domain and not origin.get("OriginPath") and fits:
            return made.origins.setdefault(side, str(origin["Id"]))
    taken = {origin["Id"] for origin in origins["Items"]}
    new = next(each for each in (f"{name}-{side}", *(f"{name}-{side}-{n}" for n in range(2, 99))) if each not in taken)
    items = [*origins["Items"], _new_origin(new, side, wanted)]
    made.config["Origins"] = {"Quantity": len(items), "Items": items}
    made.adds.append(f"origin {new}: {wanted.domain}, with its access control")
    made.new_origins.add(side)
    return made.origins.setdefault(side, new)


def _new_origin(origin_id: str, side: str, wanted: Side) -> JSON:
    of_its_kind: JSON = {"S3OriginConfig": {"OriginAccessIdentity": ""}}
    if side == "web":
        of_its_kind = {
            "CustomOriginConfig": {
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "https-only",
                "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
                "OriginReadTimeout": 30,
                "OriginKeepaliveTimeout": 5,
            }
        }
    return {
        "Id": origin_id,
        "DomainName": wanted.domain,
        "OriginAccessControlId": wanted.access,
        **copy.deepcopy(_ORIGIN),
        **of_its_kind,
    }


def _check_paths(
    made: Plan, wanted: Wanted, before: Sequence[JSON], sides: Mapping[str, Side], *, take_over: bool
) -> None:
    """Warn about existing behaviours that lose paths to the new one. Refuse if one would lose all of its paths."""
    for old in before:
        pattern, domain = old["PathPattern"], _domain(made.config, old["TargetOriginId"])
        if same(pattern, wanted.pattern) or not overlap(pattern, wanted.pattern):
            continue
        if not within(pattern, wanted.pattern):
            made.warns.append(f"{pattern} (→ {domain}) no longer gets the paths of {wanted.pattern}. It keeps others.")
        elif take_over or domain == sides[wanted.side].domain:
            made.warns.append(
                f"{pattern} (→ {domain}) gets no requests any more: {wanted.pattern} matches all its paths."
            )
        else:
            made.refuses.append(
                f"{pattern} (→ {domain}) would get no requests any more: {wanted.pattern} matches all its paths. "
                "If that is intended, pass --take-over. Otherwise remove that behaviour first, or change its path."
            )


def _unhide(made: Plan, kept: list[JSON], there: JSON, wanted: Sequence[Wanted]) -> None:
    """Move one of our behaviours before another that matches all its paths. Warn if another matches some of them."""
    for old in list(kept[: kept.index(there)]):
        pattern = old["PathPattern"]
        if any(same(pattern, each.pattern) for each in wanted) or not overlap(pattern, there["PathPattern"]):
            continue
        if within(there["PathPattern"], pattern):
            kept.remove(there)
            kept.insert(kept.index(old), there)
            made.adds.append(f"behaviour {there['PathPattern']} moves before {pattern}, which matches all its paths")
            return
        made.warns.append(f"{pattern} comes before {there['PathPattern']} and gets the paths that both match.")


def _domain(config: JSON, origin_id: str) -> str:
    """Return an origin's domain, or the id of a group."""
    found = (origin["DomainName"] for origin in config["Origins"]["Items"] if origin["Id"] == origin_id)
    return str(next(found, origin_id))


def _elsewhere(found: JSON, there: JSON, side: Side) -> str:
    return (
        f"{there['PathPattern']} exists already, but its origin is {_domain(found, there['TargetOriginId'])} and not "
        f"{side.domain}. This command does not change it. Remove that behaviour, or change its origin yourself."
    )


def _unlike(found: JSON, there: JSON, wanted: Wanted, side: Side) -> list[str]:
    """Return a sentence if an existing behaviour differs from the template's."""
    names = sorted(name for name, each in wanted.config.items() if differs(each, there.get(name)))
    origin = next(each for each in found["Origins"]["Items"] if each["Id"] == there["TargetOriginId"])
    access = origin.get("OriginAccessControlId") or ""
    if not (side.as_it_is or access == side.access or access in side.also):
        names.append("the origin's access control")
    if not names:
        return []
    what = f"{there['PathPattern']} exists already and is not changed"
    return [f"{what}, but it differs from infra/template.yaml in {', '.join(names)}."]


def _errors(found: JSON) -> list[str]:
    responses = (found.get("CustomErrorResponses") or {}).get("Items", [])
    codes = sorted({int(each["ErrorCode"]) for each in responses if each.get("ResponsePagePath")})
    if not codes:
        return []
    what = f"The distribution answers {', '.join(map(str, codes))} with a page of its own, on every path"
    return [f"{what}. It hides the errors of the API and of the waiver page. Remove its custom error responses."]


def is_bucket(domain: str) -> bool:
    """Return True if an origin's domain is an S3 bucket's, and not its website."""
    return _BUCKET.search(domain) is not None and ".s3-website" not in domain
