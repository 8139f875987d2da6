"""The trunk of the tree of refusals, and those of every area."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")


class Refusal(Exception):  # noqa: N818 - an expected no is not an error
    """An expected no. `field` names the form field it belongs to, or is None when it belongs to no single one."""

    default_field: ClassVar[str | None] = None
    sentence: ClassVar[str] = ""
    """The sentence of a refusal that always says the same."""
    facts: Mapping[str, object] = MappingProxyType({})
    """The facts that the sentence names, for a face that says it in another language."""
    variant: str = ""
    """The name of its sentence, where a type has several."""
    asks_office: bool = False
    """True if only an admin can go on. A face that knows the admins adds whom to ask."""
    is_trouble: ClassVar[bool] = False
    """True if something failed, and the person did nothing wrong. A face logs it, and shows its reference."""

    def __init__(self, sentence: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.field = field or self.default_field


class Malformed(Refusal):
    """The text cannot be read."""


class NothingPicked(Malformed):
    """A field that is to be picked from a list is empty."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Pick the {field} from the list.", field=field)


class Unknown(Refusal):
    """It reads well, but there is no such thing."""


class Conflict(Refusal):
    """It contradicts what is already written."""


class NotAllowed(Refusal):
    """The person lacks the role for this."""


class Unavailable(Refusal):
    """Something did not answer in time. `retry_after`: the seconds after which another try makes sense."""

    retry_after: ClassVar[int] = 2
    is_trouble = True


class TableUnavailable(Unavailable):
    """Throttled, slow or unreachable. The write may or may not have landed; the same payment id makes a retry safe."""

    sentence = "The ledger did not answer in time. Try again: it is safe, nothing is counted twice."


class EvidenceUnavailable(Unavailable):
    """The evidence's store is slow or unreachable. The same signature id makes a retry safe."""

    sentence = "Your signature could not be kept just now. Try again: it is safe, you sign only once."


class FieldChecks:
    """Runs the checks of a form's fields one by one and collects their refusals, so that all are shown at once."""

    def __init__(self, refusals: Iterable[Refusal] = ()) -> None:
        self.refusals = list(refusals)

    def run(self, check: Callable[[], T]) -> T | None:
        """Return what `check` returns, or None where it raises a Refusal or a group of them, which is kept."""
        try:
            return check()
        except Refusal as refusal:
            self.refusals.append(refusal)
        except ExceptionGroup as several:
            self.refusals += (each for each in several.exceptions if isinstance(each, Refusal))
        return None

    def error(self, what: str = "the form") -> ExceptionGroup[Refusal]:
        """Return the collected refusals as one exception. `what` names the form."""
        return ExceptionGroup(what, self.refusals)


def on_field(field: str, check: Callable[[], T]) -> T:
    """Return what `check` returns. Its refusal gets `field` as its field."""
    try:
        return check()
    except Refusal as refusal:
        refusal.field = field
        raise


def shortened(text: str, limit: int = 60) -> str:
    """Return `text` on one line, cut to `limit` letters, so that a sentence that quotes it stays short."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
