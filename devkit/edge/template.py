"""Strict readers of the template's resources and properties."""

from __future__ import annotations

from infra.template import JSON, TEMPLATE, parse_template, read_template

__all__ = ["JSON", "TEMPLATE", "TemplateUnclear", "only", "parse_template", "read_template", "resource"]


class TemplateUnclear(ValueError):  # noqa: N818  # a fact, as the refusals are named
    """The template has something that the edge does not know. The text says what, and where."""


def resource(template: JSON, name: str, kind: str) -> JSON:
    """Return the properties of a resource. Raises TemplateUnclear if it is missing or of another type."""
    found = template["Resources"].get(name, {})
    if found.get("Type") != kind:
        raise TemplateUnclear(f"{name} is not a resource of type {kind}")
    properties: JSON = found.get("Properties", {})
    return properties


def only(properties: JSON, known: set[str], *, where: str) -> None:
    """Raise TemplateUnclear for a property that is not known."""
    if unknown := properties.keys() - known:
        raise TemplateUnclear(f"{where} has {', '.join(sorted(unknown))}, which the edge does not know")
