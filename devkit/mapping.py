"""Read the template's event source mapping. An unknown property is refused, not ignored."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from devkit.batches import MappingSettings
from devkit.edge.template import JSON, TemplateUnclear, only, resource

MAPPING: Final = "AnnounceMapping"
MAIL_MAPPING: Final = "MailMapping"
_KNOWN: Final = {
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "EventSourceArn",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",  # always from now on here: the planted season is not announced
}


def read_mapping(template: JSON, name: str = MAPPING) -> MappingSettings:
    """Return the settings of the mapping of that name, and its function's time-out. Raises TemplateUnclear."""
    properties = resource(template, name, "AWS::Lambda::EventSourceMapping")
    only(properties, _KNOWN, where=name)
    if (
        properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
        or properties.get("ParallelizationFactor", 1) != 1
    ):
        raise TemplateUnclear(f"{name} does not report its failures one by one, or reads a shard in parallel")
    function = resource(template, properties["FunctionName"]["Ref"].removesuffix(".Alias"), "AWS::Serverless::Function")
    return MappingSettings(
        batch_size=properties.get("BatchSize", 100),
        retries=_limit(properties.get("MaximumRetryAttempts", -1)),
        max_age=_limit(properties.get("MaximumRecordAgeInSeconds", -1)),
        bisect=properties.get("BisectBatchOnFunctionError", False),
        window=properties.get("MaximumBatchingWindowInSeconds", 0),
        wanted=tuple(
            _pattern(each["Pattern"], where=name) for each in properties.get("FilterCriteria", {}).get("Filters", ())
        ),
        timeout=function.get("Timeout", 3),
    )


def read_both(template: JSON) -> MappingSettings:
    """Return the settings for the one local function, which does the work of both: what wakes either wakes it.

    Raises TemplateUnclear.
    """
    posts = read_mapping(template)
    return replace(posts, wanted=(*posts.wanted, *read_mapping(template, MAIL_MAPPING).wanted))


def _limit(number: int) -> float:
    """Return the number, or infinity for -1, AWS's value for no limit."""
    return float("inf") if number == -1 else number


def _pattern(text: str, *, where: str) -> JSON:
    pattern: JSON = json.loads(text)
    if not _is_exact(pattern):
        raise TemplateUnclear(f"{where} filters by more than exact values and prefixes")
    return pattern


def _is_exact(pattern: Any) -> bool:  # noqa: ANN401  # any part of the JSON
    if isinstance(pattern, dict):
        return all(_is_exact(each) for each in pattern.values())
    return isinstance(pattern, list) and all(isinstance(each, (str, int)) or _is_prefix(each) for each in pattern)


def _is_prefix(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"prefix"} and isinstance(value["prefix"], str)
