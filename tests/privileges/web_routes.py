"""Every route of the web function, and its token. A route of web/app.py that is not here fails the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from web.contract import ADMIN_TOKEN, LIST_TOKEN

NO_LINK: Final = "This needs a link with a token."
NOT_VALID: Final = "This token is not valid."
EXPIRED: Final = "This token has expired."
OFFICE_ONLY: Final = "Sorry, only the office can work here. Please ask an admin."
CREW_ONLY: Final = "Sorry, passenger lists are for the crew. Please ask the office."
ANOTHER_EVENT: Final = "This link is for another event. Type /board in Slack for the list of this one."

OPEN: Final = "nobody's"
"""Works without a token: for everybody who has the address, or the secret in it that `note` names."""


@dataclass(frozen=True, slots=True)
class WebRule:
    """The rule of one route. `token` is the kind that it asks for. `works` is the status of an allowed request."""

    token: str
    works: int = 200
    writes: bool = False
    note: str = ""


WEB: Final = {
    "POST /api/events/<eid>/payment-log": WebRule(ADMIN_TOKEN, 201, writes=True),
    "GET /api/events/<eid>/payment-cleared": WebRule(ADMIN_TOKEN),
    "GET /api/events": WebRule(ADMIN_TOKEN),
    "GET /api/events/<eid>": WebRule(ADMIN_TOKEN),
    "GET /api/search": WebRule(ADMIN_TOKEN),
    "GET /api/books/<month>": WebRule(ADMIN_TOKEN),
    "GET /api/books/<month>/crew": WebRule(ADMIN_TOKEN),
    "GET /api/exports/payments": WebRule(ADMIN_TOKEN),
    "GET /api/events/<eid>/manifest": WebRule(
        LIST_TOKEN, note="phones around the day for crew; what signers wrote for the captain and the office, on the day"
    ),
    "GET /api/events/<eid>/manifest.pdf": WebRule(LIST_TOKEN, note="as above"),
    "GET /g/<eid>/waiver": WebRule(
        OPEN, note="names a party with its own `?party=`, a signature with its own `?signed=`"
    ),
    "POST /g/<eid>/waiver": WebRule(OPEN, 201, writes=True, note="signs for a party with its own token alone"),
    "GET /api/mails": WebRule(OPEN, 404, note="the page of an address with its own `?address=`"),
    "POST /api/mails": WebRule(OPEN, 404, note="ends mails to an address with its own `?address=`"),
    "GET /api/health": WebRule(OPEN),
    "GET /api/openapi.json": WebRule(OPEN),
}

HOLDERS: Final[dict[str, dict[str, tuple[int, str]]]] = {
    "nothing": {ADMIN_TOKEN: (401, NO_LINK), LIST_TOKEN: (401, NO_LINK)},
    "another scheme": {ADMIN_TOKEN: (401, NO_LINK), LIST_TOKEN: (401, NO_LINK)},
    "a party's token": {ADMIN_TOKEN: (401, NOT_VALID), LIST_TOKEN: (401, NOT_VALID)},
    "an admin token of another secret": {ADMIN_TOKEN: (401, NOT_VALID), LIST_TOKEN: (401, NOT_VALID)},
    "an admin token of another site": {ADMIN_TOKEN: (401, NOT_VALID), LIST_TOKEN: (401, NOT_VALID)},
    "an expired admin token": {ADMIN_TOKEN: (401, EXPIRED), LIST_TOKEN: (401, EXPIRED)},
    "a token without a role": {ADMIN_TOKEN: (403, OFFICE_ONLY), LIST_TOKEN: (403, CREW_ONLY)},
    "an expired crew token": {ADMIN_TOKEN: (401, EXPIRED), LIST_TOKEN: (401, EXPIRED)},
    "a crew token of another event": {ADMIN_TOKEN: (403, OFFICE_ONLY), LIST_TOKEN: (403, ANOTHER_EVENT)},
    "a crew token of the event": {ADMIN_TOKEN: (403, OFFICE_ONLY)},
    "a captain's token of the event": {ADMIN_TOKEN: (403, OFFICE_ONLY)},
    "a captain's token of another event": {ADMIN_TOKEN: (403, OFFICE_ONLY), LIST_TOKEN: (403, ANOTHER_EVENT)},
    "an admin token": {},
}
"""The refusal of each holder, by the kind of token that the route needs. Every other combination is allowed."""
