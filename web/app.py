"""All routes of the web Lambda, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query

from web.answers import EventList, EventPage, Health, PaymentCleared, PaymentLog, PaymentLogged
from web.contract import HTML, answers, contract, pages
from web.events import LARGEST_PAGE, NEXT, USUAL_PAGE, handle_event, handle_events
from web.front import Front
from web.health import handle_health
from web.payments import handle_payment_cleared, handle_payment_log
from web.problems import IDEMPOTENCY_KEY, PROBLEM
from web.waiver import handle_waiver_get, handle_waiver_post
from web.waiver_form import LARGEST_BODY, WaiverSigned, WaiverSigning
from web.waiver_pages import no_such_event, out_of_order

if TYPE_CHECKING:
    from web.desk import Desk
    from web.tokens import Tokens
    from web.waiver import WaiverDesk

# The ids' own rules answer in better words than these would; they tell the contract's readers what to send.
Eid = Annotated[
    str,
    Path(
        description="The event's id",
        json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[A-Za-z0-9_-]*$", "maxLength": 100},
    ),
]
PatronId = Annotated[
    str, Query(description="The patron's id", json_schema_extra={"pattern": "^[A-Za-z0-9._@+-]{1,64}$"})
]
Key = Annotated[
    str,
    Header(
        alias=IDEMPOTENCY_KEY,
        pattern="^[A-Za-z0-9._:-]{1,64}$",
        description="Names this payment: a request with the same key again is the same payment",
    ),
]
From = Annotated[
    str | None,
    Query(
        alias="from",
        description="The first day, or what `next` was; today by default",
        json_schema_extra={"anyOf": [{"format": "date"}, {"pattern": NEXT.pattern}], "type": "string"},
    ),
]
Limit = Annotated[
    str,
    Query(
        description="How many events at most",
        json_schema_extra={"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
    ),
]

_OF_ADMINS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_OF_VALUES: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_OF_BODIES: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
_BUSY: Final = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Site:
    """What the answers tell of where they come from."""

    public_base_url: str
    function_version: str


def create_app(*, desk: Desk, waivers: WaiverDesk, tokens: Tokens, site: Site) -> Front:
    """The web Lambda: `create_app(…).answer(event, context)` answers one function-URL request."""
    front = Front(tokens.admin, no_such_page=no_such_event, trouble_page=out_of_order)
    _mount_payments(front, desk)
    _mount_events(front, desk)
    _mount_waiver(front, waivers)
    _mount_about(front, desk, site)
    return front


def _mount_payments(front: Front, desk: Desk) -> None:
    @front.route(
        "POST",
        "/api/events/<eid>/payment-log",
        admin=True,
        summary="Log a payment, once",
        operation_id="logPayment",
        tags=["payments"],
        responses=answers(
            {201: ("Written", PaymentLogged), 200: ("Written before, under the same key", PaymentLogged)},
            *(*_OF_ADMINS, *_OF_VALUES, *_OF_BODIES, _BUSY),
        ),
    )
    def log_payment(eid: Eid, key: Key, given: Annotated[PaymentLog, Body()]) -> tuple[PaymentLogged, int]:
        return handle_payment_log(eid, given, key, caller=front.caller, desk=desk)

    @front.route(
        "GET",
        "/api/events/<eid>/payment-cleared",
        admin=True,
        summary="How one patron stands",
        operation_id="paymentCleared",
        tags=["payments"],
        responses=answers({200: ("The patron's balance and ledger", PaymentCleared)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def payment_cleared(eid: Eid, patron_id: PatronId) -> PaymentCleared:
        return handle_payment_cleared(eid, patron_id, desk=desk)


def _mount_events(front: Front, desk: Desk) -> None:
    @front.route(
        "GET",
        "/api/events",
        admin=True,
        summary="Coming events, counted",
        operation_id="listEvents",
        tags=["events"],
        responses=answers(
            {200: ("Events in order of their start", EventList)}, *_OF_ADMINS, HTTPStatus.UNPROCESSABLE_ENTITY, _BUSY
        ),
    )
    def list_events(from_: From = None, limit: Limit = str(USUAL_PAGE)) -> EventList:
        return handle_events(from_, limit, desk=desk)

    @front.route(
        "GET",
        "/api/events/<eid>",
        admin=True,
        summary="One event, patron by patron",
        operation_id="readEvent",
        tags=["events"],
        responses=answers({200: ("The event", EventPage)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def read_event(eid: Eid) -> EventPage:
        return handle_event(eid, desk=desk)


def _mount_waiver(front: Front, desk: WaiverDesk) -> None:
    @front.route(
        "GET",
        "/g/<eid>/waiver",
        summary="Read the waiver",
        description=(
            "With `?party=` and a token it greets that party, with `?qr` its QR code, "
            "with `?signed=` and a signature_id what was signed, with `&pdf` to keep"
        ),
        operation_id="readWaiver",
        tags=["waivers"],
        responses=pages(
            {
                HTTPStatus.OK: ("The page", (HTML, "image/png", "application/pdf")),
                HTTPStatus.NOT_FOUND: ("No such event or signature", (HTML, PROBLEM)),
                _BUSY: ("A page that asks to try again", (HTML,)),
                HTTPStatus.INTERNAL_SERVER_ERROR: ("A page that says that it is our fault", (HTML,)),
            }
        ),
        enable_validation=False,  # pages for people: powertools would make JSON of them
    )
    def read_waiver(eid: Eid) -> Response[Any]:
        return handle_waiver_get(front.resolver.current_event, eid, desk=desk)

    @front.route(
        "POST",
        "/g/<eid>/waiver",
        largest_body=LARGEST_BODY,
        summary="Sign the waiver, once",
        operation_id="signWaiver",
        tags=["waivers"],
        responses=answers(
            {201: ("Signed", WaiverSigned), 200: ("Signed before, under the same signature_id", WaiverSigned)},
            *(*_OF_VALUES, *_OF_BODIES, HTTPStatus.TOO_MANY_REQUESTS, _BUSY),
        ),
    )
    def sign_waiver(eid: Eid, given: Annotated[WaiverSigning, Body()]) -> tuple[WaiverSigned, int]:
        return handle_waiver_post(front.resolver.current_event, eid, given, desk=desk)


def _mount_about(front: Front, desk: Desk, site: Site) -> None:
    @front.route(
        "GET",
        "/api/health",
        summary="Whether this version works",
        operation_id="health",
        tags=["about"],
        responses=answers({200: ("It works, and so does its table", Health)}, _BUSY),
    )
    def health() -> Health:
        return handle_health(ledger=desk.ledger, function_version=site.function_version)

    @front.route("GET", "/api/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        told = contract(front.resolver, server=site.public_base_url, methods=desk.methods)
        return Response(status_code=HTTPStatus.OK, content_type="application/json", body=told)
