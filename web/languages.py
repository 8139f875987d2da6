"""The languages of the waiver's pages: their words, and the one in which a request is answered.

Each language is a folder of `waiver_text`: `page.toml` has its words, the other files the text that is signed. The
English words of refusals are in `charter.refusals`, and the other languages have theirs in `[refusals]`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from charter.frozen import dataclass
from charter.refusals import Refusal
from charter.starts import DayOnly
from charter.waivers import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo

    from markupsafe import Markup

_FOLDER: Final = Path(__file__).parent / "waiver_text"
_PLAIN: Final = re.compile("[A-Za-z0-9_-]{1,64}")
_PLACE: Final = re.compile(r"\.\d+\.")  # of a minor in a list
_LONGEST_QUERY: Final = 2000
_LONGEST_HEADER: Final = 500
# The parts of a page's address that a link to its other language repeats, where they are plain.
_REPEATED: Final = ("party", "signed", "qr", "address")


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language. Keys are as in its file: `page.title`. A missing key raises KeyError."""

    code: str
    words: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The language, as its own speakers call it."""
        return str(self.words["name"])

    def say(self, key: str, **facts: object) -> str:
        """Return the words of a key, filled in with `facts`."""
        table, _, name = key.partition(".")
        return str(self.words[table][name]).format(**facts)

    def html(self, key: str, **facts: object) -> Markup:
        """Return the words of a key as HTML. Facts that are no Markup are escaped."""
        from markupsafe import Markup, escape

        table, _, name = key.partition(".")
        return Markup(escape(self.words[table][name])).format(**facts)  # noqa: S704 - it is escaped

    def spoken(self, moment: datetime, zone: tzinfo) -> str:
        """Return the time on the zone's clock, as in `Saturday, May 23, 2026, 1:00 PM PDT`.

        Of a start of which only the day is known it is the day.
        """
        local, dates = moment.astimezone(zone), self.words["dates"]
        return str(dates["day" if isinstance(moment, DayOnly) else "moment"]).format(
            weekday=dates["weekdays"][local.weekday()],
            month=dates["months"][local.month - 1],
            day=local.day,
            year=local.year,
            hour=int(f"{local:%I}"),
            minute=f"{local:%M}",
            half=dates["halves"][local.hour // 12],
            zone=f"{local:%Z}",
        )

    def script(self, *tables: str) -> dict[str, str]:
        """Return the words that a page's script says, and the `locale` in which it writes days."""
        words = {key: text for table in tables for key, text in self.words[table].items()}
        return {**words, "locale": self.words["locale"]}

    def refusal(self, refusal: Refusal) -> str:
        """Return a refusal's sentence. What only programs can cause is said in English."""
        field = _PLACE.sub("_", refusal.field or "")
        for named in (field, ""):
            key = "_".join(filter(None, (type(refusal).__name__, named, refusal.variant)))
            if sentence := self.words.get("refusals", {}).get(key):
                return str(sentence.format(**refusal.facts))
        return str(refusal)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Give every Refusal that is raised inside the block its sentence in this language."""
        try:
            yield
        except Refusal as refusal:
            refusal.args = (self.refusal(refusal),)
            raise
        except ExceptionGroup as several:
            for each in several.exceptions:
                if isinstance(each, Refusal):
                    each.args = (self.refusal(each),)
            raise


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page: its query, and the language in which it is answered.

    `asked`: the code of the language that the query names, or None.
    """

    query: Mapping[str, str]
    language: Language
    asked: str | None

    def in_language(self, code: str) -> str:
        """Return the address of this page in a language, relative to the page."""
        plain = {name: self.query[name] for name in _REPEATED if _PLAIN.fullmatch(self.query.get(name, ""))}
        return "?" + urlencode({**plain, "lang": code})

    def link(self, **query: str) -> str:
        """Return the address of another page of the same event, in the language that was asked for, if any was."""
        return "?" + urlencode({**query, **({"lang": self.asked} if self.asked else {})})


def visit_of(request: Mapping[str, Any]) -> Visit:
    """Return the visit that a function-URL request is. `?lang=` counts before Accept-Language, and English is last."""
    text = str(request.get("rawQueryString") or "")[:_LONGEST_QUERY]
    # AWS's own parsed query joins repeated values by a comma.
    query = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True, errors="replace").items()}
    headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
    asked = _known(query.get("lang", ""))
    return Visit(query, language(asked or _accepted(headers.get("accept-language", ""))), asked)


def languages() -> tuple[Language, ...]:
    """Return all languages, English first."""
    return tuple(map(language, codes()))


@cache
def codes() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    found = (each.parent.name for each in _FOLDER.glob("*/page.toml"))
    return tuple(sorted(found, key=lambda code: (code != ENGLISH, code)))


def language(code: str) -> Language:
    """Return a language by its code, or English where it has no words here."""
    return _read(code if code in codes() else ENGLISH)


@cache
def _read(code: str) -> Language:
    import tomllib  # the API starts without it

    return Language(code, tomllib.loads((_FOLDER / code / "page.toml").read_text(encoding="utf-8")))


def _known(tag: str) -> str | None:
    """Return the code of the language that a tag such as `es-MX` names, or None if it has no words here."""
    code = re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
    return code if code in codes() else None


def _accepted(header: str) -> str:
    """Return the code that an Accept-Language header prefers among ours."""
    wanted: list[tuple[Decimal, str]] = []
    for part in header[:_LONGEST_HEADER].split(","):
        tag, _, weight = part.partition(";")
        code, given = _known(tag), re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
        if code and (given or not weight):
            wanted.append((Decimal(given[1] if given else 1), code))
    best = max(wanted, key=lambda each: each[0], default=(Decimal(0), ENGLISH))  # the first of several that are equal
    return best[1] if best[0] > 0 else ENGLISH
