"""The events table in the template: the stack's own, or the one that EventsTableName names (docs/adopting.md)."""

from __future__ import annotations

from typing import Any, Final

_NAMED: Final = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${EventsTableName}"


def _either(named: Any, own: Any) -> dict[str, Any]:
    return {"Fn::If": ["NamesTable", named, own]}


NAME: Final = _either({"Ref": "EventsTableName"}, {"Ref": "EventsTable"})
ARN: Final = _either({"Fn::Sub": _NAMED}, {"Fn::GetAtt": ["EventsTable", "Arn"]})
STREAM: Final = _either(
    {"Fn::Sub": f"{_NAMED}/stream/${{EventsStreamLabel}}"}, {"Fn::GetAtt": ["EventsTable", "StreamArn"]}
)
INDEX: Final = _either({"Fn::Sub": f"{_NAMED}/index/by_month"}, {"Fn::Sub": "${EventsTable.Arn}/index/by_month"})
STREAMS: Final = _either({"Fn::Sub": f"{_NAMED}/stream/*"}, {"Fn::Sub": "${EventsTable.Arn}/stream/*"})
