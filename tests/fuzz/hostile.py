"""Values that people, other programs and attackers may send where something else is expected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from devkit.slack.people import TEAM_ID
from tests.builders import EID

if TYPE_CHECKING:
    import random

PING: Final = "<!channel> fuzz"
LINK: Final = "<https://fuzz.example/x|click>"
MARKUP: Final = "<script>fuzz()</script><img src=x onerror=fuzz()>"
RAW: Final = (PING, LINK, MARKUP)
"""Texts that must never be in an answer unescaped."""


def deep(opening: str, closing: str, depth: int) -> str:
    """Return JSON of so many levels."""
    return opening * depth + "1" + closing * depth


TEXTS: Final[tuple[str, ...]] = (
    *(
        "",
        " ",
        "\n",
        "\x00",
        "a\x00b",
        "\ud800",
        "x\udfffy",
        "\ufeff",
        "\u202eevil",
        "e\u0301" * 40,
        "🚤",
        "👩‍👩‍👧" * 20,
    ),
    *("x" * 200, "x" * 3001, "x" * 60_000, "🚤" * 4000, " " * 5000, "\n" * 3000, "a " * 5000, "9" * 400),
    *(
        *RAW,
        "&lt;!channel&gt;",
        "&amp;" * 500,
        "*_~`",
        "</title>",
        "]]>",
        "${7*7}",
        "{{7*7}}",
        "%s%n%x",
        "../../etc/passwd",
    ),
    *("' OR 1=1 --", '"', "\\", "`", "|", "\t", "\r\nSet-Cookie: a=b", "%00", "%ff", "%2e%2e%2f", "#event", "#books"),
    *(
        "0",
        "-0",
        "-1",
        "1",
        "1.005",
        "1e5",
        "1e999",
        "1e-999",
        "NaN",
        "Infinity",
        "-inf",
        "0x10",
        "1_000",
        "١٢٥",
        "½",
        "€5",
    ),
    *("12,50", "1.234,56", "100000.00", "100000.01", "99999999999999999999", "true", "null", "None", "[]", "{}", "[1"),
    *("2026-02-30", "2026-13", "9999-12-31", "0000-00-00", "2026-05-23", "2026-05-23T25:61", "99:99", "24:00", "13:00"),
    *("U0DANA", "U0OLIVIA", "U0GUS", "U0EVE", "U0NOBODY", "C0DOCK", "C0NONE", "D0", TEAM_ID, "T0OTHER", "W", "B0"),
    *(EID, "2026-05-23", "2031-01-01-nowhere", f"{EID}/dave", "dave", "ana", "nobody", "dave.2", "p1", "__proto__"),
    *("cash", "bitcoin", "payment", "void", "admin", "crew", "nobody", "removed", "no_show", "slack:U0DANA", "office"),
    *("https://fuzz.example/", "file:///etc/passwd", "javascript:alert(1)", "http://169.254.169.254/latest/", "//"),
    json.dumps({"eid": EID, "patron_id": "dave"}),
    json.dumps({"eid": "2031-01-01-nowhere", "patron_id": "nobody", "payment_id": "p0", "role": "admin"}),
    json.dumps([EID, "dave", "p1"]),
    deep("[", "]", 400),
    deep('{"a":', "}", 300),
)
NUMBERS: Final[tuple[Any, ...]] = (
    *(0, 1, -1, 2, 7, 255, 65536, 2**31, 2**53 + 1, 2**63, -(2**63), 10**30, 10**400),
    *(0.0, -0.0, 0.1, 1.5, 1e22, 1e308, -1e308, 5e-324, float("nan"), float("inf")),
)
OTHERS: Final[tuple[Any, ...]] = (
    *(None, True, False, [], {}, [None], [[]], [{}], {"": ""}, {"id": None}, {"type": "x"}, ["a", "b"], [1, 2, 3]),
    *({"text": PING}, {"value": "x", "type": "plain_text_input"}, {"selected_option": None}, [0] * 500),
    {f"k{place}": place for place in range(300)},
    json.loads(deep("[", "]", 200)),
    json.loads(deep('{"a":', "}", 200)),
)
BYTES: Final = (b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"%", b"&", b"=", b"{", b'"', b"[" * 5000, b"\r\n", b"\xf0\x9f")


def any_value(rng: random.Random) -> Any:
    """Return one of the values, mostly a text."""
    kind = rng.random()
    if kind < 0.55:
        return rng.choice(TEXTS)
    return rng.choice(NUMBERS if kind < 0.75 else OTHERS)
