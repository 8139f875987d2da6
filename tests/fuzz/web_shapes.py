"""The requests that our pages, the office's page and other programs send to the web function."""

from __future__ import annotations

from typing import Any, Final

from adapters.waiver_texts import read_waiver_texts
from charter.mail_links import MailLinks
from charter.party_links import PartyLinks
from tests.builders import EID, an_event
from tests.fuzz.world import PUBLIC, TOKEN_SECRET

PATH: Final = "M60 150L80.5 60.25L120 160Q140 100 180 120C200 130 220 80 240.5 150M300 60L300 61"
HERE: Final = {"x-forwarded-for": "203.0.113.9", "accept-language": "es-MX,es;q=0.8", "user-agent": "Phone"}
ADMIN: Final = {"authorization": "admin"}
JSON_KIND: Final = {"content-type": "application/json"}
Parts = tuple[str, list[str], dict[str, str], dict[str, str], Any]
"""Method, path, query, headers and body."""


def shapes() -> list[tuple[str, Any]]:
    """Return each request by name."""
    names = ("method", "path", "query", "headers", "body")
    found = [*_of_the_office(), *_of_visitors()]
    return [(f"{each[0]} /{'/'.join(each[1])}", dict(zip(names, each, strict=True))) for each in found]


def _of_the_office() -> list[Parts]:
    paid = {"patron_id": "dave", "amount": "5.00", "method": "cash", "notes": "", "tip": "1.00", "confirm": True}
    posted = {**ADMIN, **JSON_KIND}
    keyed = {**posted, "idempotency-key": "key-1", "prefer": "handling=strict"}
    event = ["api", "events", EID]
    return [
        ("POST", [*event, "payment-log"], {}, posted, paid),
        ("POST", [*event, "payment-log"], {}, keyed, paid),
        ("GET", [*event, "payment-cleared"], {"patron_id": "dave"}, ADMIN, None),
        ("GET", ["api", "events"], {"from": "2026-05-23", "limit": "20", "days": "30"}, ADMIN, None),
        ("GET", ["api", "events"], {"open": "true"}, ADMIN, None),
        ("GET", event, {}, ADMIN, None),
        ("GET", ["api", "search"], {"q": "dave", "from": "2026-05-01", "until": "2026-06-01"}, ADMIN, None),
        ("GET", ["api", "books", "2026-05"], {}, ADMIN, None),
        ("GET", ["api", "books", "2026-05", "crew"], {}, ADMIN, None),
        (
            "GET",
            ["api", "exports", "payments"],
            {"format": "csv", "month": "2026-05", "logged": "2026-05"},
            ADMIN,
            None,
        ),
        ("GET", ["api", "exports", "payments"], {"format": "hledger"}, ADMIN, None),
        ("GET", [*event, "manifest"], {}, ADMIN, None),
        ("GET", [*event, "manifest.pdf"], {"paper": "a4"}, ADMIN, None),
        ("GET", ["api", "health"], {}, {}, None),
        ("GET", ["api", "openapi.json"], {}, {}, None),
    ]


def _of_visitors() -> list[Parts]:
    party = PartyLinks(TOKEN_SECRET, PUBLIC).token(an_event(), "dave")
    mail = MailLinks(TOKEN_SECRET, PUBLIC).token("dave@example.com")
    drawn = {"kind": "drawn", "path": PATH}
    signed: dict[str, Any] = {
        "signature_id": "0000d0c0-0000-4000-8000-000000000001",
        "name": "Dave Kowalski",
        "minors": [{"name": "Mia Kowalski", "age": 9}],
        "agreed": True,
        "version": read_waiver_texts()[0].version,
        "signature": {"kind": "typed", "text": "Dave Kowalski"},
    }
    waiver = ["g", EID, "waiver"]
    return [
        ("GET", waiver, {"party": party, "lang": "es"}, HERE, None),
        ("GET", waiver, {"qr": "page", "party": party}, HERE, None),
        ("GET", waiver, {"signed": signed["signature_id"], "pdf": ""}, HERE, None),
        ("POST", waiver, {}, {**HERE, **JSON_KIND}, signed),
        (
            "POST",
            waiver,
            {},
            {**HERE, **JSON_KIND},
            {
                **signed,
                "signature": drawn,
                "party": party,
                "booked_by": "Ana Lima",
                "emergency_contact": "Ana +1 415 555 0100",
                "medical_note": "Nuts",
            },
        ),
        ("GET", ["api", "mails"], {"address": mail}, HERE, None),
        ("POST", ["api", "mails"], {"address": mail, "again": "yes"}, HERE, None),
    ]
