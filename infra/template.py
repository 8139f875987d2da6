"""CloudFormation's YAML as plain dicts: `!Ref A` is `{"Ref": "A"}`, `!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

TEMPLATE: Final = Path(__file__).resolve().parent / "template.yaml"
JSON = dict[str, Any]


if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    # libyaml's where PyYAML was built with it: it reads the template ten times as fast.
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(SafeLoader):
    """Safe YAML with CloudFormation's tags."""


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
    """Return the whole template."""
    return parse_template(path.read_text(encoding="utf-8"))


def parse_template(text: str) -> JSON:
    """Return the whole template from its text."""
    template: JSON = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader with tags that only make dicts
    return template
