"""Detection of DynamoDB answers that did not arrive complete."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from zlib import crc32

import pytest

from adapters.whole_answers import AnswerCut, item_in, refuse_cut_answers


class Events:
    """A client's event system: it calls the registered handlers."""

    def __init__(self) -> None:
        self.registered: dict[str, Any] = {}
        self.meta = SimpleNamespace(events=SimpleNamespace(register=self.registered.__setitem__))

    def answer(
        self, operation: str, body: bytes, parsed: Any, *, status: int = 200, checksum: str | None = None
    ) -> None:
        """Let an answer through, or raise AnswerCut."""
        response = SimpleNamespace(
            status_code=status, content=body, headers={} if checksum is None else {"x-amz-crc32": checksum}
        )
        model = SimpleNamespace(name=operation)
        self.registered["after-call.dynamodb"](http_response=response, parsed=parsed, model=model, context={})


def test_a_good_answer_that_arrived_incomplete_is_refused() -> None:
    client: Any = Events()
    refuse_cut_answers(client)

    client.answer("Query", b"{}", {"Items": []}, checksum=str(crc32(b"{}")))
    client.answer("Scan", b"{}", {"Items": []}, checksum="no-number")
    client.answer("BatchGetItem", b"{}", {"Responses": {}})
    client.answer("GetItem", b"", {})
    client.answer("PutItem", b"{}", {"ResponseMetadata": {}})
    client.answer("PutItem", b"oops", {}, status=300)
    cut: list[tuple[str, bytes, Any, str | None]] = [
        ("Query", b"{}", {"Items": []}, str(crc32(b"{ }"))),
        ("Query", b"{}", {}, None),
        ("Scan", b"{}", {"Items": {}}, None),
        ("BatchGetItem", b"{}", {"Responses": []}, None),
        ("PutItem", b"{", {"ResponseMetadata": {"Unreadable": True}}, None),
    ]
    for operation, body, parsed, checksum in cut:
        with pytest.raises(AnswerCut, match="incomplete"):
            client.answer(operation, body, parsed, checksum=checksum)


def test_a_page_instead_of_an_answer_is_refused_before_it_is_read() -> None:
    client: Any = Events()
    refuse_cut_answers(client)
    check = client.registered["before-parse.dynamodb"]

    for body, status in ((b"", 200), (b'  {"a": 1}', 200), (b"<html>", 300)):
        check(response_dict={"body": body, "status_code": status}, context={})
    for status in (200, 299):
        with pytest.raises(AnswerCut):
            check(response_dict={"body": b" <html>", "status_code": status})
    assert item_in({"Item": {"a": 1}}) == {"a": 1}
    assert item_in({"ResponseMetadata": {}}) == {}
    unreadable: tuple[dict[str, Any], ...] = ({"ResponseMetadata": {"Unreadable": True}}, {"Item": []})
    for unread in unreadable:
        with pytest.raises(AnswerCut):
            item_in(unread)
