"""One table in memory: its items, its index by month, and the records of its stream."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.histories.engine.values import LARGEST, Invalid, Item, item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Key = tuple[str, str]
_INDEXED = ("title", "starts_at", "status", "channel")


@dataclass
class Table:
    """A table of text keys. The second part of a key is empty where the table has no sort key."""

    name: str
    keys: tuple[str, ...]
    clock: Callable[[], float]
    streams: bool = False
    records: list[dict[str, Any]] = field(default_factory=list)
    _items: dict[_Key, Item] = field(default_factory=dict)
    _order: list[_Key] = field(default_factory=list)
    _number: int = 0
    _written: int = 0

    @property
    def is_large(self) -> bool:
        """Return whether so much was ever written that one page of a reading may not hold it."""
        return self._written > LARGEST

    def key_of(self, item: Item) -> _Key:
        """Return the key in an item or a key on the wire. Raises Invalid."""
        parts = []
        for name in self.keys:
            text = item.get(name, {}).get("S")
            if not text:
                raise Invalid("One of the required keys was not given a value, or is empty")
            parts.append(text)
        return parts[0], parts[1] if len(parts) > 1 else ""

    def whole_key(self, key: Item) -> _Key:
        """Return the key of a request, which holds nothing else. Raises Invalid."""
        if key.keys() != set(self.keys):
            raise Invalid("The provided key element does not match the schema")
        return self.key_of(key)

    def get(self, key: _Key) -> Item | None:
        """Return an item, or None."""
        return self._items.get(key)

    def put(self, key: _Key, item: Item | None) -> None:
        """Write an item, or remove it where it is None. A change becomes a record of the stream. Raises Invalid."""
        before = self._items.get(key)
        if item is None:
            if before is None:
                return
            del self._items[key]
            self._order.remove(key)
        else:
            self.check(item)
            if before is None:
                insort(self._order, key)
            self._items[key] = item
        if self.streams and before != item:
            self.records.append(self._record(before, item))

    def check(self, item: Item | None) -> None:
        """Raise Invalid for an item that would be too large, before a transaction writes any."""
        size = 0 if item is None else item_size(item)
        if size > LARGEST:
            raise Invalid("Item size to update has exceeded the maximum allowed size")
        self._written += size

    def all(self) -> Iterator[tuple[_Key, Item]]:
        """Yield all items in the order of their keys."""
        for key in list(self._order):
            yield key, self._items[key]

    def by_month(self) -> Iterator[tuple[_Key, Item]]:
        """Yield the items of the sparse index `by_month`, with what it holds of them, in its order."""
        found = [(key, item) for key, item in self.all() if "S" in item.get("month", {})]
        for key, item in sorted(found, key=lambda pair: (pair[1]["month"]["S"], pair[0])):
            yield key, {name: item[name] for name in (*self.keys, "month", *_INDEXED) if name in item}

    def take_records(self) -> list[dict[str, Any]]:
        """Return the records that nobody has taken yet."""
        taken, self.records = self.records, []
        return taken

    def _record(self, before: Item | None, after: Item | None) -> dict[str, Any]:
        self._number += 1
        item: Item = after or before or {}
        images = {"OldImage": before, "NewImage": after}
        return {
            "eventID": f"{self._number:032x}",
            "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-west-2",
            "dynamodb": {
                "ApproximateCreationDateTime": int(self.clock()),
                "Keys": {name: item[name] for name in self.keys},
                **{name: image for name, image in images.items() if image is not None},
                "SequenceNumber": f"{self._number:021d}",
                "SizeBytes": len(str(item)),
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN": f"arn:aws:dynamodb:us-west-2:000000000000:table/{self.name}/stream/1",
        }
