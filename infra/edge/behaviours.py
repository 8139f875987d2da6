"""Plan the behaviours that an existing distribution lacks. Pure.

Missing behaviours go to the front of the list, in the template's order, before any that would match their paths first.
The order does not matter to behaviours that share no path with them. An existing behaviour with the right origin stays
unchanged in its place, unless another one before it matches all its paths.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.edge.origins import domain_of, new_origin
from infra.edge.parts import counted, differs
from infra.edge.patterns import overlap, same, within

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from infra.template import JSON

# The paths that the API has (web/app.py; a test compares them): for a distribution whose /api/* leads elsewhere.
API_PATHS: Final = ("/api/events*", "/api/books/*", "/api/exports/*", "/api/search", "/api/health", "/api/openapi.json")
PAGE_PATHS: Final = ("/dispatch", "/dispatch/*")
# What `--only` may name, by pattern.
GROUPS: Final[dict[str, str]] = {
    "/g/*/waiver": "waiver",
    "/api/*": "api",
    "/_staging/*": "staging",
    **dict.fromkeys(API_PATHS, "api"),
    **dict.fromkeys(PAGE_PATHS, "page"),
}
# The fields that CloudFront requires in every update, beside those of the template.
_BEHAVIOUR: Final[JSON] = {
    "TrustedSigners": {"Enabled": False, "Quantity": 0},
    "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
    "SmoothStreaming": False,
    "LambdaFunctionAssociations": {"Quantity": 0},
    "FieldLevelEncryptionId": "",
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
class EdgePlan:
    """The new distribution, and in words the additions, warnings and conflicts."""

    config: JSON
    adds: list[str] = field(default_factory=list)
    warns: list[str] = field(default_factory=list)
    refuses: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    """The id of each side's origin, if an added behaviour uses it."""
    sides: set[str] = field(default_factory=set)
    """The sides that get paths."""
    blocked: set[str] = field(default_factory=set)
    """Our patterns that somebody else's behaviour has or would lose all its paths to."""


def read_wanted(
    template: JSON,
    resolve: Callable[[str], str],
    *,
    page: bool,
    narrow: bool = False,
    only: Collection[str] = (),
) -> list[Wanted]:
    """Return the template's behaviours. `resolve` returns the id of a named resource.

    With `page`, add the page's own paths, which the template leaves to its default behaviour. With `narrow`, the API
    has its own paths instead of all of /api/*. `only` limits them to some GROUPS.
    """
    config = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    listed = []
    for each in config["CacheBehaviors"]:
        pattern = each["PathPattern"]
        listed += [(path, each) for path in (API_PATHS if narrow and pattern == "/api/*" else (pattern,))]
    if page or "page" in only:
        listed += [(pattern, config["DefaultCacheBehavior"]) for pattern in PAGE_PATHS]
    return [_wanted(pattern, each, resolve) for pattern, each in listed if not only or GROUPS[pattern] in only]


def references(template: JSON, *, page: bool, only: Collection[str] = ()) -> list[str]:
    """Return the resources that the template's behaviours name, each once."""
    named: list[str] = []

    def note(name: str) -> str:
        named.append(name)
        return name

    read_wanted(template, note, page=page, only=only)
    return list(dict.fromkeys(named))


def plan(found: JSON, wanted: Sequence[Wanted], sides: Mapping[str, Side], *, name: str, take_over: bool) -> EdgePlan:
    """Return the plan for `found`, a DistributionConfig, which is not changed. Unknown sides are left out."""
    made = EdgePlan(copy.deepcopy(found))
    before = list((found.get("CacheBehaviors") or {}).get("Items", []))
    kept, front = list(before), []
    for each in wanted:
        if each.side not in sides:
            made.warns.append(f"{each.pattern} is left out: name the page's bucket with --site-bucket.")
            continue
        made.sides.add(each.side)
        there = next((old for old in before if same(old["PathPattern"], each.pattern)), None)
        if there is None:
            front.append(_behaviour(each, _origin(made, each.side, sides, name)))
            made.adds.append(f"behaviour {each.pattern} → {sides[each.side].domain}")
            _check_paths(made, each, before, sides, take_over=take_over)
        elif domain_of(found, there["TargetOriginId"]) != sides[each.side].domain:
            _replace(made, kept, there, each, sides, name=name, take_over=take_over)
            _unhide(made, kept, next(now for now in kept if same(now["PathPattern"], each.pattern)), wanted)
        else:
            made.warns += _unlike(found, there, each, sides[each.side])
            _unhide(made, kept, there, wanted)
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


def _origin(made: EdgePlan, side: str, sides: Mapping[str, Side], name: str) -> str:
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
    items = [*origins["Items"], new_origin(new, side, domain=wanted.domain, access=wanted.access)]
    made.config["Origins"] = {"Quantity": len(items), "Items": items}
    made.adds.append(f"origin {new}: {wanted.domain}, with its access control")
    return made.origins.setdefault(side, new)


def _check_paths(
    made: EdgePlan, wanted: Wanted, before: Sequence[JSON], sides: Mapping[str, Side], *, take_over: bool
) -> None:
    """Warn about existing behaviours that lose paths to the new one. Refuse if one would lose all of its paths."""
    for old in before:
        pattern, domain = old["PathPattern"], domain_of(made.config, old["TargetOriginId"])
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
                f"{pattern} (→ {domain}) would get no requests any more: {wanted.pattern} matches all its paths."
            )
            made.blocked.add(wanted.pattern)


def _unhide(made: EdgePlan, kept: list[JSON], there: JSON, wanted: Sequence[Wanted]) -> None:
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


def _replace(  # noqa: PLR0913  # the plan, its list, and what goes where
    made: EdgePlan,
    kept: list[JSON],
    there: JSON,
    wanted: Wanted,
    sides: Mapping[str, Side],
    *,
    name: str,
    take_over: bool,
) -> None:
    """Lead a pattern that exists to our origin, if the behaviour is ours or may be taken over. Refuse otherwise."""
    side, before = sides[wanted.side], domain_of(made.config, there["TargetOriginId"])
    is_ours = not _differing(wanted, there)
    if not (is_ours or take_over):
        made.refuses.append(f"{there['PathPattern']} exists already, but its origin is {before} and not {side.domain}.")
        made.blocked.add(wanted.pattern)
        return
    origin = _origin(made, wanted.side, sides, name)
    new = {**there, "TargetOriginId": origin} if is_ours else _behaviour(wanted, origin)
    place = kept.index(there)
    kept[place] = new
    how = "changes its origin" if is_ours else "is replaced by ours"
    made.adds.append(f"behaviour {there['PathPattern']} {how}: → {side.domain}, before {before}")


def _unlike(found: JSON, there: JSON, wanted: Wanted, side: Side) -> list[str]:
    """Return a sentence if an existing behaviour differs from the template's."""
    names = _differing(wanted, there)
    origin = next(each for each in found["Origins"]["Items"] if each["Id"] == there["TargetOriginId"])
    access = origin.get("OriginAccessControlId") or ""
    if not (side.as_it_is or access == side.access or access in side.also):
        names.append("the origin's access control")
    if not names:
        return []
    what = f"{there['PathPattern']} exists already and is not changed"
    return [f"{what}, but it differs from infra/template.yaml in {', '.join(names)}."]


def _differing(wanted: Wanted, there: JSON) -> list[str]:
    """Return the settings in which an existing behaviour differs from the template's."""
    return sorted(name for name, each in wanted.config.items() if differs(each, there.get(name)))
