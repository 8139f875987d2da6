"""CloudFormation's YAML as plain dicts: `!Ref A` is `{"Ref": "A"}`, `!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from devkit.aws import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE: Final = ROOT / "infra" / "template.yaml"
JSON = dict[str, Any]


class TemplateUnclear(ValueError):  # noqa: N818  # a fact, as the refusals are named
    """The template says something that the edge does not know; the sentence names where and what."""


class _Loader(yaml.SafeLoader):
    """Safe YAML, and CloudFormation's tags."""


def _tagged(loader: _Loader, tag: str, node: yaml.Node) -> JSON:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the only kind that is left
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _tagged)


def read_template(path: Path = TEMPLATE) -> JSON:
    """The whole template."""
    return parse_template(path.read_text(encoding="utf-8"))


def parse_template(text: str) -> JSON:
    """The whole template out of its text."""
    template: JSON = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader with tags that only make dicts
    return template


def resource(template: JSON, name: str, kind: str) -> JSON:
    """The properties of a resource. Raises TemplateUnclear when it is missing or of another type."""
    found = template["Resources"].get(name, {})
    if found.get("Type") != kind:
        raise TemplateUnclear(f"{name} is no {kind}")
    properties: JSON = found.get("Properties", {})
    return properties


def only(properties: JSON, known: set[str], *, where: str) -> None:
    """Raises TemplateUnclear for a property that the edge would have to obey and does not know."""
    if unknown := properties.keys() - known:
        raise TemplateUnclear(f"{where} has {', '.join(sorted(unknown))}, which the edge does not know")
