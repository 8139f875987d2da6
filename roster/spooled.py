"""A list, a dict and a sort whose items wait in temporary files, for imports of 100,000 lines: little is in memory.

Only this process can open the files, and the system deletes them when it ends, however it ends.
"""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import IO, Any, Final, Generic, TypeVar, overload

T = TypeVar("T")

_AT_ONCE: Final = 500
_IN_MEMORY: Final = 512  # KB of a database


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


class SpooledDict(Generic[T]):
    """A dict with texts as keys, in a temporary database. Its items are not None."""

    def __init__(self) -> None:
        self._database = _database("CREATE TABLE items (key PRIMARY KEY, item) WITHOUT ROWID")
        weakref.finalize(self, self._database.close)

    def __contains__(self, key: object) -> bool:
        """Return whether there is an item with this key."""
        return self.get(str(key)) is not None

    def __setitem__(self, key: str, item: T) -> None:
        """Add an item, or put it in the place of another one."""
        self._database.execute("REPLACE INTO items VALUES (?, ?)", (_bytes(key), _pickled(item)))

    def setdefault(self, key: str, item: T) -> T:
        """Add an item, unless the key has one. Return the key's item."""
        row = _bytes(key), _pickled(item)
        if self._database.execute("INSERT OR IGNORE INTO items VALUES (?, ?)", row).rowcount:
            return item
        found = self.get(key)
        return item if found is None else found

    def get(self, key: str) -> T | None:
        """Return the item of a key; None where there is none."""
        row = self._database.execute("SELECT item FROM items WHERE key = ?", (_bytes(key),)).fetchone()
        return pickle.loads(row[0]) if row else None  # noqa: S301 - our own file


def in_order(items: Iterable[T], key: Callable[[T], str]) -> Iterator[T]:
    """Yield the items in the order of their keys, and those with the same key as they came."""
    with closing(_database("CREATE TABLE items (place INTEGER PRIMARY KEY, key, item)")) as database:
        rows = ((_bytes(key(item)), _pickled(item)) for item in items)
        database.executemany("INSERT INTO items (key, item) VALUES (?, ?)", rows)
        for (found,) in database.execute("SELECT item FROM items ORDER BY key, place"):
            yield pickle.loads(found)  # noqa: S301 - our own file


def distinct(keys: Iterable[str]) -> Iterator[str]:
    """Yield each text once, where it comes first."""
    firsts = SpooledDict[int]()
    return (key for place, key in enumerate(keys) if firsts.setdefault(key, place) == place)


def _database(table: str) -> sqlite3.Connection:
    """Return a database with one table. Its name is empty, so SQLite deletes its file as soon as it is open."""
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = OFF", f"cache_size = -{_IN_MEMORY}"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(table)
    database.execute("BEGIN")  # one transaction that never ends: nothing in it outlives the process
    return database


def _bytes(key: str) -> bytes:
    """Return the key as SQLite compares it: as Python does, also where a rare encoding gave half a character."""
    return key.encode("utf-8", "surrogatepass")


def _pickled(item: Any) -> bytes:  # noqa: ANN401 - any item
    return pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
