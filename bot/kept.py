"""Memos of views and buttons for their own next request: JSON in a text that people do not see and cannot change.

Another version of the app may have written it, before a deployment or a rollback. So it is read with care: unknown
fields are left out, and one that is missing or of another type makes the request a FormOutdated, and never a trouble.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from charter.moments import read_moment
from charter.payments import LONGEST_PERMALINK
from charter.refusals import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

_Memo = TypeVar("_Memo")

LARGEST: Final = 10**12
"""Of a number: a page, a count, or seconds since 1970."""

LONGEST: Final = 3000
"""Characters of a private_metadata. Slack keeps no longer one."""
_LONGEST_VALUE: Final = 2000
"""Characters of a button's value (docs.slack.dev, Button element)."""

_KINDS: Final = {
    "number": frozenset({"count", "number", "page", "party", "people", "skip", "turn"}),
    "flag": frozenset({"aside", "home", "is_half"}),
    "list": frozenset({"asked", "others", "unclear"}),
    "mapping": frozenset({"expected", "walk_up"}),
    "number or text": frozenset({"since"}),  # when a role was determined; in the pages of a status, a moment
    "text or mapping": frozenset({"held"}),  # a mark, or one for each input
    "signed": frozenset({"signed"}),
    "person or flag": frozenset({"who"}),
    "amount": frozenset({"due", "price", "total"}),
    "link": frozenset({"permalink"}),
}
"""The fields that are no texts, or short ones."""

_KIND_OF: Final = {name: kind for kind, names in _KINDS.items() for name in names}

_AMOUNT: Final = re.compile(r"|-?[0-9]{1,9}(\.[0-9]{1,2})?")
_OPTIONAL: Final = frozenset({"held", "signed"})


class FormOutdated(Malformed):
    """A form or a button is not as this version of the app makes it."""

    sentence = "This form or button is from another version of the app, so nothing was done. Please open it again."


class KeptFields(dict[str, Any]):
    """The fields that were kept. One that is missing raises FormOutdated."""

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - nothing is returned
        raise FormOutdated


def read_kept(text: object, *, optional: Collection[str] = _OPTIONAL) -> KeptFields:
    """Return the fields in a private_metadata or in a button's value; the `optional` ones can be null.

    Raises FormOutdated.
    """
    try:
        read = json.loads(text) if isinstance(text, str) and len(text) <= LONGEST else None
        json.dumps(read, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        read = None
    return check_kept(read, optional=optional)


def check_kept(read: object, *, optional: Collection[str] = _OPTIONAL) -> KeptFields:
    """Return the fields of an object that was kept. Raises FormOutdated if it is none, or a field of another type."""
    if not isinstance(read, dict):
        raise FormOutdated
    if not all(name in optional if value is None else _fits(name, value) for name, value in read.items()):
        raise FormOutdated
    return KeptFields(read)


def read_kept_as(kind: type[_Memo], kept: KeptFields) -> _Memo:
    """Return the dataclass `kind` with those of the fields that it has. Raises FormOutdated."""
    names: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]  # each memo has them
    try:
        return kind(**{name: kept[name] for name in names if name in kept})
    except TypeError as error:
        raise FormOutdated from error


def mapping_in(kept: KeptFields, name: str) -> KeptFields:
    """Return what was kept, if the field of this name is a mapping, null or missing. Raises FormOutdated."""
    if not isinstance(kept.get(name) or {}, dict):
        raise FormOutdated
    return kept


def value_in(element: dict[str, Any]) -> str:
    """Return the value of a pressed button. Raises FormOutdated where it has none, or one longer than a button's."""
    value = element.get("value")
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        raise FormOutdated
    return value


def view_in(body: dict[str, Any]) -> dict[str, Any]:
    """Return the view of a press. Raises FormOutdated where it came from elsewhere."""
    view = body.get("view")
    if not isinstance(view, dict):
        raise FormOutdated
    return view


def trigger_of(body: dict[str, Any]) -> str:
    """Return the id with which Slack lets a form be opened. Raises FormOutdated where the request has none."""
    trigger_id = body.get("trigger_id")
    if not isinstance(trigger_id, str) or not trigger_id:
        raise FormOutdated
    return trigger_id


def moment_of(text: str) -> datetime:
    """Return a moment that was kept. Raises FormOutdated."""
    if (moment := read_moment(text)) is None:
        raise FormOutdated
    return moment


def _fits(name: str, value: object) -> bool:
    """Return whether the value is of the type that every field of this name has."""
    return _CHECKS[_KIND_OF.get(name, "text")](value)


def _is_signed(value: object) -> bool:
    """Return whether the value is how many of a party signed: a patron's id, two numbers, and as of when."""
    return isinstance(value, list) and [type(each) for each in value] == [str, int, int, str]


_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and 0 <= value <= LARGEST,
    "flag": lambda value: isinstance(value, bool),
    "link": lambda value: isinstance(value, str) and len(value) <= LONGEST_PERMALINK,
    "list": lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    "mapping": lambda value: isinstance(value, dict) and all(isinstance(each, str | int) for each in value.values()),
    "number or text": lambda value: isinstance(value, str) or _CHECKS["number"](value),
    "text or mapping": lambda value: isinstance(value, str) or _CHECKS["mapping"](value),
    "signed": _is_signed,
    "amount": lambda value: isinstance(value, str) and _AMOUNT.fullmatch(value) is not None,
    "person or flag": lambda value: isinstance(value, str | bool),
}
