"""All routes of the web Lambda, on one page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from charter.frozen import dataclass
from charter.mail_links import PATH
from web.answers import EventList, EventPage, Health, PaymentCleared, PaymentLog, PaymentLogged
from web.books import BooksMonth, MonthBooks, handle_books
from web.contract import ADMIN_TOKEN, HTML, LIST_TOKEN, answers, contract, pages
from web.crew_tips import MonthCrew, handle_crew
from web.events import USUAL_PAGE, Days, From, Limit, Open, handle_event, handle_events
from web.exports import KINDS, Form, Logged, OfMonth, handle_export
from web.health import handle_health
from web.http import HttpApp
from web.languages import visit_of
from web.mails import handle_mails
from web.manifest import PDF, handle_manifest, handle_manifest_pdf
from web.manifest_answers import Manifest
from web.parameters import Eid, Key, PaperSize, PatronId, Prefer  # noqa: TC001 - read at run time
from web.payments import Sender, handle_payment_cleared, handle_payment_log
from web.problems import PROBLEM
from web.search import EventSearchAnswer, Until, Words, handle_search
from web.waiver import handle_waiver_get, handle_waiver_post
from web.waiver_form import LARGEST_BODY, WaiverSigned, WaiverSigning
from web.waiver_pages import no_such_event, out_of_order

if TYPE_CHECKING:
    from web.exports import ExportServices
    from web.mails import MailServices
    from web.manifest import ManifestServices
    from web.services import Services
    from web.tokens import Tokens
    from web.waiver import WaiverServices

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
class SiteInfo:
    """The address and version that answers report."""

    public_base_url: str
    function_version: str


def create_app(  # noqa: PLR0913 - what the routes need, by name
    *,
    services: Services,
    exports: ExportServices,
    manifests: ManifestServices,
    waivers: WaiverServices,
    mails: MailServices,
    tokens: Tokens,
    site: SiteInfo,
) -> HttpApp:
    """Create the web Lambda's application. Its `answer(event, context)` answers one function-URL request."""
    identify = {ADMIN_TOKEN: tokens.admin, LIST_TOKEN: tokens.reader}
    http = HttpApp(
        identify,
        no_such_page=lambda request: no_such_event(visit_of(request)),
        error_page=lambda request: out_of_order(visit_of(request)),
    )
    _mount_payments(http, services)
    _mount_events(http, services)
    _mount_books(http, services)
    _mount_exports(http, exports)
    _mount_manifest(http, manifests)
    _mount_waiver(http, waivers)
    _mount_mails(http, mails)
    _mount_about(http, services, site)
    return http


def _mount_payments(http: HttpApp, services: Services) -> None:
    @http.route(
        "POST",
        "/api/events/<eid>/payment-log",
        token=ADMIN_TOKEN,
        summary="Log a payment, once",
        operation_id="logPayment",
        tags=["payments"],
        responses=answers(
            {201: ("Logged", PaymentLogged), 200: ("Logged before, under the same key", PaymentLogged)},
            *(*_OF_ADMINS, *_OF_VALUES, *_OF_BODIES, _BUSY),
        ),
    )
    def log_payment(
        eid: Eid, given: Annotated[PaymentLog, Body()], key: Key = None, prefer: Prefer = None
    ) -> tuple[PaymentLogged, int]:
        sender = Sender(http.caller, key, strict=prefer == "handling=strict")
        return handle_payment_log(eid, given, sender, services=services)

    @http.route(
        "GET",
        "/api/events/<eid>/payment-cleared",
        token=ADMIN_TOKEN,
        summary="One patron's balance",
        operation_id="paymentCleared",
        tags=["payments"],
        responses=answers({200: ("The patron's balance and ledger", PaymentCleared)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def payment_cleared(eid: Eid, patron_id: PatronId) -> PaymentCleared:
        return handle_payment_cleared(eid, patron_id, services=services)


def _mount_events(http: HttpApp, services: Services) -> None:
    @http.route(
        "GET",
        "/api/events",
        token=ADMIN_TOKEN,
        summary="Coming events with their totals, or those with open money",
        operation_id="listEvents",
        tags=["events"],
        responses=answers({200: ("Events in order of their start", EventList)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def list_events(
        from_: From = None, limit: Limit = str(USUAL_PAGE), open_: Open = "false", days: Days = None
    ) -> EventList:
        return handle_events(from_, limit, open_, days, services=services)

    @http.route(
        "GET",
        "/api/events/<eid>",
        token=ADMIN_TOKEN,
        summary="One event with each of its patrons",
        operation_id="readEvent",
        tags=["events"],
        responses=answers({200: ("The event", EventPage)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def read_event(eid: Eid) -> EventPage:
        return handle_event(eid, services=services)

    @http.route(
        "GET",
        "/api/search",
        token=ADMIN_TOKEN,
        summary="Search the events of some days and the names on their rosters",
        operation_id="search",
        tags=["events"],
        responses=answers({200: ("What fits", EventSearchAnswer)}, *_OF_ADMINS, HTTPStatus.UNPROCESSABLE_ENTITY, _BUSY),
    )
    def search(words: Words, from_: From = None, until: Until = None) -> EventSearchAnswer:
        return handle_search(words, from_, until, services=services)


def _mount_books(http: HttpApp, services: Services) -> None:
    @http.route(
        "GET",
        "/api/books/<month>",
        token=ADMIN_TOKEN,
        summary="A month's totals by currency",
        operation_id="readMonth",
        tags=["books"],
        responses=answers({200: ("The month", MonthBooks)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def read_month(month: BooksMonth) -> MonthBooks:
        return handle_books(month, services=services)

    @http.route(
        "GET",
        "/api/books/<month>/crew",
        token=ADMIN_TOKEN,
        summary="A month's tips, split among the crew of each event",
        operation_id="readMonthCrew",
        tags=["books"],
        responses=answers({200: ("The tips", MonthCrew)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def read_month_crew(month: BooksMonth) -> MonthCrew:
        return handle_crew(month, services=services)


def _mount_exports(http: HttpApp, exports: ExportServices) -> None:
    @http.route(
        "GET",
        "/api/exports/payments",
        token=ADMIN_TOKEN,
        summary="The ledgers' entries as a file, the same as `roster export payments` writes",
        operation_id="exportPayments",
        tags=["books"],
        responses=answers({}, *_OF_ADMINS, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, _BUSY)
        | pages({HTTPStatus.OK: ("The file", [kind.partition(";")[0] for _, kind in KINDS.values()])}),
        enable_validation=False,  # powertools would turn the file into JSON
    )
    def export_payments(_month: OfMonth = None, _logged: Logged = None, _form: Form = "csv") -> Response[str]:
        return handle_export(http.resolver.current_event.query_string_parameters, services=exports)


def _mount_manifest(http: HttpApp, services: ManifestServices) -> None:
    @http.route(
        "GET",
        "/api/events/<eid>/manifest",
        token=LIST_TOKEN,
        summary="The passenger list, frozen after the cast-off",
        operation_id="readManifest",
        tags=["passenger list"],
        responses=answers({200: ("The list", Manifest)}, *_OF_ADMINS, *_OF_VALUES, _BUSY),
    )
    def read_manifest(eid: Eid) -> Manifest:
        return handle_manifest(eid, caller=http.caller, services=services)

    @http.route(
        "GET",
        "/api/events/<eid>/manifest.pdf",
        token=LIST_TOKEN,
        summary="The passenger list on paper",
        operation_id="printManifest",
        tags=["passenger list"],
        responses=answers({}, *_OF_ADMINS, *_OF_VALUES, _BUSY)
        | pages({HTTPStatus.OK: ("A page for 30 people; for the captain, another one with private details", (PDF,))}),
        enable_validation=False,  # powertools would read the PDF as text
    )
    def print_manifest(eid: Eid, paper: PaperSize = "letter") -> Response[bytes]:
        given = http.resolver.current_event.query_string_parameters  # without validation nobody else reads it
        return handle_manifest_pdf(eid, given.get("paper", paper), caller=http.caller, services=services)


def _mount_waiver(http: HttpApp, services: WaiverServices) -> None:
    @http.route(
        "GET",
        "/g/<eid>/waiver",
        summary="Read the waiver",
        description=(
            "`?party=` with a token greets that party; `?lang=` names the language, before Accept-Language; "
            "`?qr` returns the link as a QR code, `?qr=page` a page with it; "
            "`?signed=` with a signature_id shows the signed waiver, and `&pdf` returns it as a PDF"
        ),
        operation_id="readWaiver",
        tags=["waivers"],
        responses=pages(
            {
                HTTPStatus.OK: ("The page", (HTML, "image/png", "application/pdf")),
                HTTPStatus.NOT_FOUND: ("No such event or signature", (HTML, PROBLEM)),
                _BUSY: ("A page that asks to try again", (HTML,)),
                HTTPStatus.INTERNAL_SERVER_ERROR: ("A page that reports an error on our side", (HTML,)),
            }
        ),
        enable_validation=False,  # powertools would turn the pages into JSON
    )
    def read_waiver(eid: Eid) -> Response[Any]:
        return handle_waiver_get(http.resolver.current_event, eid, services=services)

    @http.route(
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
        return handle_waiver_post(http.resolver.current_event, eid, given, services=services)


def _mount_mails(http: HttpApp, services: MailServices) -> None:
    # For people and their mail programs, so it is not in the contract. RFC 8058 lets these send two kinds of bodies.
    @http.route("GET", PATH, include_in_schema=False)
    def read_mails() -> Response[str]:
        return handle_mails(http.resolver.current_event, services=services, changes=False)

    @http.route("POST", PATH, reads_body=False, include_in_schema=False)
    def change_mails() -> Response[str]:
        return handle_mails(http.resolver.current_event, services=services, changes=True)


def _mount_about(http: HttpApp, services: Services, site: SiteInfo) -> None:
    @http.route(
        "GET",
        "/api/health",
        summary="Check that this version works",
        operation_id="health",
        tags=["about"],
        responses=answers({200: ("It works, and so do its table and index", Health)}, _BUSY),
    )
    def health() -> Health:
        return handle_health(ledger=services.ledger, function_version=site.function_version)

    @http.route("GET", "/api/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        body = contract(http.resolver, server=site.public_base_url, methods=services.methods)
        return Response(status_code=HTTPStatus.OK, content_type="application/json", body=body)
