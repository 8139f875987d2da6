"""Search for the events that words name: by title, id, captain, channel, day or part of the day."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.understanding.days import find_days
from bot.understanding.vocabulary import CAPTAINS, NOTE_WORDS, PERIODS, STARTS_A_NOTE, TRIPS, WEAK, a_set
from bot.understanding.words import runs_of
from charter.events import Status
from charter.frozen import dataclass
from charter.names import fold
from charter.starts import hour_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime, timedelta

    from bot.understanding.days import Day
    from bot.understanding.words import Word
    from charter.events import Listing

    _Pieces = Sequence[tuple[int, Sequence[str], Sequence[Sequence[str]]]]

# A shorter word begins too many others to identify an event.
_SHORTEST_BEGINNING: Final = 3
_SEARCHED: Final = 40
_CANDIDATES: Final = 3
_DAY: Final = len("2026-05-23")
# Events whose words are cached: more than a year of the busiest boat.
_REMEMBERED: Final = 5000
# Words before a time of payment: `paid this morning`.
_WHEN: Final = a_set("paid pay pays paying gave gives will owes due by now dated")
_PARTS_OF_THE_DAY: Final = {
    "sunrise": range(4, 8), "morning": range(4, 12), "noon": range(11, 14), "midday": range(11, 14),
    "afternoon": range(12, 17), "evening": range(17, 24), "night": range(17, 24), "sunset": range(0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """An event and the places of the words that name it. `exactly`: one of them is a whole word of the event's."""

    listing: Listing
    places: frozenset[int] = frozenset()
    exactly: bool = True


@dataclass(frozen=True, slots=True)
class NamedEvents:
    """The events that the words name.

    `fits` are those events, best first. It is empty if the words at `missing` name an event but fit none; then `near`
    are the likeliest candidates. If `missing` is empty too, no word names an event.
    """

    fits: tuple[Fit, ...] = ()
    missing: frozenset[int] = frozenset()
    near: tuple[Listing, ...] = ()


def rank(listings: Iterable[Listing], *, now: datetime, channel: str | None) -> list[Listing]:
    """Return the events in the order of guessing: the channel's, then today's, then the next, then the last.

    Of several in one channel or on one day the nearest comes first. Cancelled events come last. The first event is the
    one that `charter.guessing.guess` returns, if it returns one.
    """

    def order(listing: Listing) -> tuple[bool, bool, bool, bool, timedelta, str]:
        cancelled = listing.status is Status.CANCELLED
        here = channel is not None and listing.channel == channel
        is_today = not here and _day_of(listing, now) == now.date()
        over = not here and not is_today and listing.over(now)
        return cancelled, not here, not is_today, over, abs(listing.starts_at - now), listing.eid

    return sorted(listings, key=order)


def find_events(
    words: Sequence[Word], listings: Sequence[Listing], *, places: Collection[int], now: datetime, channel: str | None
) -> NamedEvents:
    """Return the events that the words at `places` name."""
    searched = _searched(words, places)
    days = find_days(words, today=now.date(), places=_outside_notes(words, searched))
    channels = {place for place in searched if words[place].channel}
    hard = channels | {place for day in days for place in day.places}
    in_notes = set(searched) - set(_outside_notes(words, searched))
    open_places = [
        place for place in searched if place not in hard and not (place in in_notes and words[place].key in PERIODS)
    ]
    pieces = _pieces_of(words, open_places)
    matched = {listing.eid: _matched(words, pieces, listing, now) for listing in listings}
    needed = _needed(words, open_places)
    in_time = [
        listing
        for listing in listings
        if all(day.is_on(_day_of(listing, now)) for day in days)
        and all(words[place].channel == listing.channel for place in channels)
    ]
    if hard or needed:
        having = [listing for listing in in_time if needed <= matched[listing.eid].keys()]
        needed |= _elsewhere(words, open_places, matched, having)
    fits = [listing for listing in in_time if needed <= matched[listing.eid].keys()]
    best = max((_score(matched[listing.eid]) for listing in fits), default=(0, 0))
    fits = [listing for listing in fits if _score(matched[listing.eid]) == best and (best[0] or hard)]
    if not fits:
        if not hard and not needed:
            return NamedEvents()
        near = _candidates([*listings], matched, days, now=now, channel=channel)
        return NamedEvents(missing=frozenset(hard | _with_kind(words, needed)), near=tuple(near))
    ranked = rank(_soonest(fits, days, now), now=now, channel=channel)
    return NamedEvents(tuple(_fit(listing, matched[listing.eid], hard) for listing in ranked))


def own_words(words: Sequence[Word], listing: Listing, *, places: Collection[int], now: datetime) -> frozenset[int]:
    """Return the places of words of this event's title, id or day, for an event that is named by its id."""
    days = find_days(words, today=now.date(), places=places)
    here = {place for day in days if day.is_on(_day_of(listing, now)) for place in day.places}
    return frozenset(_matched(words, _pieces_of(words, _searched(words, places)), listing, now)) | here


def near_to(eid: str, listings: Iterable[Listing], *, day: date, now: datetime) -> list[Listing]:
    """Return the events nearest to the day of an unknown id. Events that share its words come first."""
    parts = set(fold(eid[_DAY:]).split())

    def order(listing: Listing) -> tuple[int, int, str]:
        shared = len(parts & set(fold(f"{listing.title} {listing.eid[_DAY:]}").split()))
        return abs((_day_of(listing, now) - day).days), -shared, listing.eid

    return sorted(listings, key=order)[:_CANDIDATES]


def _score(found: dict[int, bool]) -> tuple[int, int]:
    return len(found), sum(found.values())


def _fit(listing: Listing, matched: dict[int, bool], hard: set[int]) -> Fit:
    return Fit(listing, frozenset(matched) | hard, exactly=bool(hard) or any(matched.values()))


def _day_of(listing: Listing, now: datetime) -> date:
    return listing.starts_at.astimezone(now.tzinfo).date()


def _searched(words: Sequence[Word], places: Collection[int]) -> list[int]:
    """Return the places of words that may name an event: early ones, and in each run those before a note."""
    found: list[int] = []
    for run in runs_of(words, places):
        for place in run:
            if words[place].key in STARTS_A_NOTE:
                break
            found.append(place)
    return found[:_SEARCHED]


def _outside_notes(words: Sequence[Word], places: Sequence[int]) -> list[int]:
    """Return the places without times of payment: `paid yesterday`, `paid this morning`."""
    return [
        place
        for place in places
        if not any(before in places and words[before].key in _WHEN for before in range(place - 3, place))
    ]


def _matched(words: Sequence[Word], pieces: _Pieces, listing: Listing, now: datetime) -> dict[int, bool]:
    """Return the places of the event's words, and for each whether it is a whole word or begins one."""
    at = hour_of(listing.starts_at.astimezone(now.tzinfo))
    parts, beginnings = _parts_of(listing.title, listing.eid, None if at is None else at.hour)
    found: dict[int, bool] = {}
    for place, first, keys in pieces:
        if not any(piece in beginnings for piece in first):  # so for most events of a season, and most words
            continue
        if any(all(piece in parts for piece in key) for key in keys):
            found[place] = True
        elif any(all(_begins(piece, parts, beginnings) for piece in key) for key in keys):
            found[place] = False
    return _without_lonely(words, found) if found else found


@lru_cache(maxsize=_REMEMBERED)
def _parts_of(title: str, eid: str, hour: int | None) -> tuple[frozenset[str], str]:
    """Return the words of the event's title and id, also two or three neighbours as one word, as in `goldengate`.

    The names of the part of the day at its `hour` are included, where it is known. The second value has all of them in
    one text, each after a space.
    """
    parts = {name for name, hours in _PARTS_OF_THE_DAY.items() if hour in hours}
    for text in (title, eid[_DAY:]):
        words = fold(text.replace("-", " ").replace(",", " ")).split()
        parts.update("".join(words[at : at + length]) for length in (1, 2, 3) for at in range(len(words) - length + 1))
    parts |= CAPTAINS if parts & CAPTAINS else frozenset()
    return frozenset(parts), "".join(f" {part}" for part in parts)


def _pieces_of(words: Sequence[Word], places: Iterable[int]) -> _Pieces:
    """Return each place with the first pieces of its word's keys, and with all pieces of each key."""
    found = []
    for place in places:
        keys = [pieces for key in words[place].keys if (pieces := _pieces(words[place], key))]
        if keys:
            found.append((place, [key[0] for key in keys], keys))
    return found


def _pieces(word: Word, key: str) -> list[str]:
    """Return the parts of one word: `golden-gate` has two. In `#trip-sunset` the common `trip` is left out."""
    return [piece for piece in key.split() if not (word.bare.startswith("#") and piece in WEAK)]


def _begins(piece: str, parts: Collection[str], beginnings: str) -> bool:
    """Return whether the piece is one of the words or begins one. Neither has a space in it."""
    return piece in parts or (len(piece) >= _SHORTEST_BEGINNING and f" {piece}" in beginnings)


def _without_lonely(words: Sequence[Word], found: dict[int, bool]) -> dict[int, bool]:
    """Return what was found, without weak words that have no other word of the event beside them.

    Of two equal words only one is the event's: the first `half` of `half half-day` is an amount.
    """
    weak = {place for place in found if words[place].key in WEAK}
    found = {place: whole for place, whole in found.items() if place not in weak or not _is_twin(words, place, found)}
    return {
        place: whole for place, whole in found.items() if place not in weak or {place - 1, place + 1} & found.keys()
    }


def _is_twin(words: Sequence[Word], place: int, found: Collection[int]) -> bool:
    """Return whether another found word contains the same word and more surely belongs to the event."""
    key = words[place].key
    others = [other for other in found if other != place and key in words[other].key.split()]
    if any(words[other].key != key for other in others):  # `half-day`
        return True
    leads = [each for each in (place, *others) if each + 1 in found and words[each + 1].key != key]  # `half day`
    return bool(others) and place != max(leads or [place, *others])


def _needed(words: Sequence[Word], places: Sequence[int]) -> set[int]:
    """Return the places of words that an event must have to be the one that is meant.

    They are the word after `captain`, parts of the day, `#trip-sunset`, the word before `cruise`, and `captain-bo`.
    """
    needed = set()
    for place in places:
        key, before, after = words[place].key, words[place - 1].key if place else "", ""
        if place + 1 < len(words) and place + 1 in places:
            after = words[place + 1].key
        named_like = words[place].is_name_like and not words[place].quoted
        if (
            key in PERIODS
            or (words[place].bare.startswith("#") and any(letter.isalpha() for letter in key))
            or (named_like and place - 1 in places and before in CAPTAINS)
            or (named_like and after in TRIPS and key not in WEAK)
            or ("-" in words[place].bare and set(key.split()) & (CAPTAINS | TRIPS | PERIODS | {"half", "full", "day"}))
        ):
            needed.add(place)
    return needed


def _with_kind(words: Sequence[Word], places: set[int]) -> set[int]:
    """Return the places, with those of a `captain` before them and a `cruise` after them."""
    before = {place - 1 for place in places if place and words[place - 1].key in CAPTAINS}
    after = {place + 1 for place in places if place + 1 < len(words) and words[place + 1].key in TRIPS}
    return places | before | after


def _elsewhere(
    words: Sequence[Word], places: Sequence[int], matched: dict[str, dict[int, bool]], having: Sequence[Listing]
) -> set[int]:
    """Return the places of whole words that only events outside `having` have: `cory` of `cory tomorrow`."""
    here = {place for listing in having for place in matched[listing.eid]}
    anywhere = {place for found in matched.values() for place, whole in found.items() if whole}
    return {place for place in places if place in anywhere - here and words[place].key not in NOTE_WORDS}


def _soonest(fits: list[Listing], days: Sequence[Day], now: datetime) -> list[Listing]:
    """Return the events on the next of the named weekdays if there are any, else all."""
    close = [listing for listing in fits if all(day.is_close(_day_of(listing, now)) for day in days)]
    return close or fits


def _candidates(
    listings: list[Listing],
    matched: dict[str, dict[int, bool]],
    days: Sequence[Day],
    *,
    now: datetime,
    channel: str | None,
) -> list[Listing]:
    """Return the events that have the most named words and days. Equal ones are in the order of guessing."""
    ranked = rank(listings, now=now, channel=channel)
    return sorted(
        ranked,
        key=lambda listing: -len(matched[listing.eid]) - sum(day.is_on(_day_of(listing, now)) for day in days),
    )[:_CANDIDATES]
