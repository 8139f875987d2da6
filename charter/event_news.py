"""News of an edited event: the fact that the stream posts once for each form, whatever number of fields it changed."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - dataclass fields
from typing import TYPE_CHECKING

from charter.editing import FIELDS
from charter.edits import Edit  # noqa: TC001 - dataclass fields
from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.frozen import dataclass
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEditChange:
    """The new row of an edit of an event's field. `at`, `number`, `restored` are as in announcements.EventRowChange."""

    number: str
    eid: str
    at: datetime
    edit: Edit
    restored: bool = False


@dataclass(frozen=True, slots=True)
class EventEdited:
    """An admin edited an event. `edits` are those of one form, of the event's fields. `event` is as it is now."""

    event: Event
    edits: tuple[Edit, ...]
    at: datetime

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return f"event_edit:{self.event.first_eid}:{self.edits[0].form}"

    @property
    def happened(self) -> datetime:
        """The moment of the edits."""
        return self.edits[0].at

    def of(self, what: str) -> Edit | None:
        """Return the edit of this field, or None."""
        return next((edit for edit in self.edits if edit.what == what), None)


def is_news(edit: Edit) -> bool:
    """Return whether the edit is of a field of the event, made in a form. Edits of imports are not announced."""
    return edit.what in FIELDS and edit.patron_id is None and bool(edit.form)


def event_edit_facts(change: EventEditChange, read: Callable[[str], Event]) -> list[EventEdited]:
    """Return what follows from a new edit: all of its form, under one id. `read` reads the event with its rows."""
    try:
        event = read(change.eid)
    except EventUnknown:
        return []  # it was taken out of the table since, or a rename is bringing its rows here
    edits = tuple(edit for edit in event.edits if is_news(edit) and edit.form == change.edit.form)
    return [EventEdited(event, edits or (change.edit,), change.at)]


def event_edit_history(event: Event) -> list[EventEdited]:
    """Return every edit of the event that the table has, form by form."""
    forms: dict[str, list[Edit]] = {}
    for edit in filter(is_news, event.edits):
        forms.setdefault(edit.form, []).append(edit)
    return [EventEdited(event, tuple(edits), edits[0].at) for edits in forms.values()]
