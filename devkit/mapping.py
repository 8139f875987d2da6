"""The template's event source mapping, read as strictly as its distribution: what is not known here is not ignored."""

from __future__ import annotations

import json
from typing import Any, Final

from devkit.batches import MappingSettings
from devkit.edge.template import JSON, TemplateUnclear, only, resource

MAPPING: Final = "AnnounceMapping"
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
    "StartingPosition",  # in the local world always from now on: a planted season is no news
}


def read_mapping(template: JSON, name: str = MAPPING) -> MappingSettings:
    """The mapping of that name, and its function's time-out. Raises TemplateUnclear."""
    told = resource(template, name, "AWS::Lambda::EventSourceMapping")
    only(told, _KNOWN, where=name)
    if told.get("FunctionResponseTypes") != ["ReportBatchItemFailures"] or told.get("ParallelizationFactor", 1) != 1:
        raise TemplateUnclear(f"{name} does not report its failures one by one, or reads a shard in parallel")
    function = resource(template, told["FunctionName"]["Ref"].removesuffix(".Alias"), "AWS::Serverless::Function")
    return MappingSettings(
        batch_size=told.get("BatchSize", 100),
        retries=_limit(told.get("MaximumRetryAttempts", -1)),
        max_age=_limit(told.get("MaximumRecordAgeInSeconds", -1)),
        bisect=told.get("BisectBatchOnFunctionError", False),
        window=told.get("MaximumBatchingWindowInSeconds", 0),
        wanted=tuple(
            _pattern(each["Pattern"], where=name) for each in told.get("FilterCriteria", {}).get("Filters", ())
        ),
        timeout=function.get("Timeout", 3),
    )


def _limit(number: int) -> float:
    """AWS writes -1 for none."""
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
