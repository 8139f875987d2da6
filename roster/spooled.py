"""A list whose items wait in a temporary file, for imports of 100,000 lines: a few blocks of it are in memory."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final, TypeVar, overload

T = TypeVar("T")

_AT_ONCE: Final = 500


class Spooled(Sequence[T]):
    """A sequence that grows at its end, in a file that only this process can open. Its items never change.

    Going through it takes the memory of two blocks, however long it is; so does a single item. A block has `at_once`
    items.
    """

    def __init__(self, items: Iterable[T] = (), *, at_once: int = _AT_ONCE) -> None:
        self._at_once = at_once
        self._file: IO[bytes] | None = None  # there is none while all items fit into one block
        self._starts = array("Q")
        self._end = 0
        self._last: list[T] = []
        self._kept: tuple[int, list[T]] = (-1, [])
        self.extend(items)

    def append(self, item: T) -> None:
        """Add an item."""
        self._last.append(item)
        if len(self._last) == self._at_once:
            file = self._opened()
            file.seek(self._end)
            self._starts.append(self._end)
            self._end += file.write(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL))
            self._last = []

    def extend(self, items: Iterable[T]) -> None:
        """Add items, one by one."""
        for item in items:
            self.append(item)

    def pop(self) -> T:
        """Remove the last item and return it."""
        if not self._last and self._starts:
            self._last = self._block(len(self._starts) - 1)
            self._end = self._starts.pop()
            self._kept = (-1, [])
        return self._last.pop()

    def __len__(self) -> int:
        """Return the number of items."""
        return self._at_once * len(self._starts) + len(self._last)

    def __iter__(self) -> Iterator[T]:
        """Yield the items that are in it now."""
        for number in range(len(self._starts)):
            yield from self._block(number)
        yield from list(self._last)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        """Return an item, or a list of some."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        number, rest = divmod(place if place >= 0 else len(self) + place, self._at_once)
        if not 0 <= place + (len(self) if place < 0 else 0) < len(self):
            raise IndexError(place)
        if number == len(self._starts):
            return self._last[rest]
        if self._kept[0] != number:
            self._kept = (number, self._block(number))
        return self._kept[1][rest]

    def _block(self, number: int) -> list[T]:
        file = self._opened()
        file.seek(self._starts[number])
        ends = self._starts[number + 1] if number + 1 < len(self._starts) else self._end
        block: list[T] = pickle.loads(file.read(ends - self._starts[number]))  # noqa: S301 - our own file
        return block

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the list
            weakref.finalize(self, self._file.close)
        return self._file
