"""The 130 patrons of the largest event."""

from __future__ import annotations

from devkit.season.rows import MARCO, OFFICE, OLIVIA, Booked, SampleEntry, gets_back, pays

_FIRST = """
    Alma Boris Celia Derek Esther Felix Gloria Hector Irene Jonah Keiko Lamar Maeve Nadia Oscar Paloma Quentin Renata
    Silas Tamika Umberto Vera Wesley Ximena Yusuf Zelda
""".split()  # noqa: SIM905  # easier to read than fifty quoted words
_LAST = """
    Abbott Bianchi Castillo Dunne Eriksen Fontaine Greer Hoang Iverson Jimenez Kapoor Lowe Mbeki Novak Okafor Petrov
    Quigley Ramirez Santos Thorne Ueda Vargas Whitaker Xu Young
""".split()  # noqa: SIM905  # as above


def crowd(count: int, *, price: str) -> tuple[Booked, ...]:
    """Return `count` patrons, at most 130 of them distinct. Fixed shares have paid, partly, not at all, or too much."""
    ledgers = _ledgers(price)
    return tuple(_booked(place, ledgers[place % len(ledgers)]) for place in range(count))


def _ledgers(price: str) -> tuple[tuple[SampleEntry, ...], ...]:
    """Return ten ledgers, which the patrons have in turn."""
    return (
        (pays(price, "card", by=OFFICE),),
        (pays(price, "venmo"),),
        (pays(price, "zelle"),),
        (pays(price, "cash", by=MARCO),),
        (pays("20.00", "cash", by=MARCO), pays("25.00", "zelle")),
        (pays("20.00", "cash", by=MARCO, notes="rest on the dock"),),
        (pays("50.00", "cash", notes="had no change"),),
        (pays(price, "card", by=OFFICE), gets_back(price, "card", reason="comes next year", by=OLIVIA)),
        (),
        (),
    )


def _booked(place: int, lines: tuple[SampleEntry, ...]) -> Booked:
    first, last = _FIRST[place % len(_FIRST)], _LAST[(7 * place + place // len(_FIRST)) % len(_LAST)]
    return Booked(
        f"{first} {last}",
        lines=lines,
        signed=place % 4 != 3,  # noqa: PLR2004  # three in four
        email=f"{first}.{last}@example.com".lower() if place % 3 else "",
        phone=f"+1 415 555 {100 + place % 100:04d}" if place % 5 == 0 else "",
    )
