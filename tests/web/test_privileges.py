"""Each route of the web function, and each kind of token: the result is as in tests/privileges/web_routes.py."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

import pytest

from adapters.attribute_values import from_wire
from adapters.books import DynamoBooks
from charter.mail_links import ONE_CLICK, MailLinks
from charter.roles import Role
from roster import bookkeeping
from tests.builders import EID, ZONE, a_crew_row, a_row
from tests.privileges.web_routes import ANOTHER_EVENT, HOLDERS, WEB
from tests.web.conftest import PUBLIC, SECRET
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Answer
    from tests.web.stage import WebStage

OTHER = "2026-05-30-captain-cory-sunset"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
Request = tuple[str, str, str, bytes, dict[str, str]]  # method, path, query, body, headers


@pytest.fixture
def stage(web_stage: WebStage, monkeypatch: pytest.MonkeyPatch) -> WebStage:
    """The morning of Captain Cory's trip, for which Ana wrote something for the captain alone; a later trip; books."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    world = web_stage.world
    world.put(a_row(OTHER, title="Cory at sunset", patrons={"eve": a_row()["patrons"]["dave"]}), a_crew_row())
    world.clock.moment = datetime(2026, 5, 23, 9, tzinfo=ZONE)
    web_stage.signed("Ana Lima", medical_note="Allergic to bees", emergency_contact="Rui Lima +1 310 555 0101")
    books = DynamoBooks(world.client, world.table, zone=ZONE, currency="USD", clock=lambda: 0.0)
    bookkeeping.rebuild(world.client, world.table, books, lambda _rows: None)
    return web_stage


def rows(stage: WebStage) -> dict[str, Any]:
    """Return every row of the table."""
    found = map(from_wire, stage.world.client.scan(TableName=stage.world.table, ConsistentRead=True)["Items"])
    return {f"{row['eid']} {row['crew_id']}": row for row in found}


def routes(stage: WebStage) -> set[str]:
    """Return each route of the app, as web/app.py has it."""
    app = stage.world.web_function.app
    required = {f"{each.method} {each.path.pattern}" for each in app._required}
    resolver = app.resolver
    assert len(required) == len(resolver._static_routes) + len(resolver._dynamic_routes), "all are checked at the door"
    return {
        route.replace("/books/[^/]+", "/books/<month>").replace("[^/]+", "<eid>").replace("\\", "")
        for route in required
    }


def request(stage: WebStage, route: str) -> Request:
    """Return a request of the route that succeeds for an allowed person."""
    method, _, path = route.partition(" ")
    path = path.replace("<eid>", EID).replace("<month>", "2026-05")
    asked = {"payment-cleared": "patron_id=dave", "search": "q=dave", "payments": "month=2026-05"}
    query = asked.get(path.rpartition("/")[2], "")
    if path.endswith("/payment-log"):
        return method, path, query, json.dumps({"patron_id": "dave", "amount": "5", "method": "cash"}).encode(), JSON
    if route == "POST /g/<eid>/waiver":
        return method, path, query, json.dumps(stage.signing(name="Zed Cooper")).encode(), JSON
    return method, path, query, ONE_CLICK.encode() if method == "POST" else b"", FORM if method == "POST" else {}


def tokens_of(stage: WebStage) -> dict[str, str]:
    """Return what each holder sends as Authorization."""

    def now() -> datetime:
        return stage.world.clock.moment

    def earlier() -> datetime:
        return now() - timedelta(hours=12)

    def crew(eid: str = EID, clock: Callable[[], datetime] = now, *, captain: bool = False) -> str:
        link = Tokens(SECRET, PUBLIC, now=clock).list_link("U0DANA", name="Dana Reyes", eid=eid, captain=captain)
        return dict(parse_qsl(link.partition("#")[2]))["token"]

    def admin(secret: str = SECRET, site: str = PUBLIC, clock: Callable[[], datetime] = now, **of: Any) -> str:
        return Tokens(secret, site, now=clock).issue("U0OLIVIA", name="Olivia Park", **of)

    sent = {
        "a party's token": stage.party(),
        "an admin token of another secret": admin("another-secret-of-at-least-32-bytes!"),
        "an admin token of another site": admin(site="https://elsewhere.example.com"),
        "an expired admin token": admin(clock=earlier),
        "a token without a role": admin(role=Role.NOBODY),
        "an expired crew token": crew(clock=earlier),
        "a crew token of another event": crew(OTHER),
        "a crew token of the event": crew(),
        "a captain's token of the event": crew(captain=True),
        "a captain's token of another event": crew(OTHER, captain=True),
        "an admin token": admin(),
    }
    return {"nothing": "", "another scheme": f"Basic {admin()}"} | {
        who: f"Bearer {token}" for who, token in sent.items()
    }


def test_each_route_takes_the_tokens_that_the_table_says_and_no_others(stage: WebStage) -> None:
    assert routes(stage) == WEB.keys(), "say in tests/privileges/web_routes.py which token a route asks for"
    found: list[tuple[Any, ...]] = []
    held, before = tokens_of(stage), rows(stage)
    assert held.keys() == HOLDERS.keys()
    for route, rule in WEB.items():
        refuses = {who: says[rule.token] for who, says in HOLDERS.items() if rule.token in says}
        for who, (status, sentence) in refuses.items():
            with stage.world.counting() as cost:
                answer = asked(stage, route, held[who])
            if not is_refused(answer, status, sentence) or (cost and sentence != ANOTHER_EVENT):
                found.append((route, who, answer.status, answer.text[:300]))
        if rows(stage) != before:
            found.append((route, "those who may not wrote"))
        for who in held.keys() - refuses.keys():
            answer = asked(stage, route, held[who])
            if answer.status != rule.works:
                found.append((route, who, answer.status, answer.text[:300]))
        changed, before = rows(stage) != before, rows(stage)
        if changed != rule.writes:
            found.append((route, "changed", changed))
    assert found == []


def asked(stage: WebStage, route: str, authorization: str) -> Answer:
    """Send the route's request with this Authorization."""
    method, path, query, body, headers = request(stage, route)
    said = {"authorization": authorization} if authorization else {}
    return stage.world.ask(method, path, query, body=body, headers={**headers, **said})


def is_refused(answer: Answer, status: int, sentence: str) -> bool:
    """Return whether this is the refusal, with nothing of the table's content in it."""
    if answer.status != status:
        return False
    rest = answer.json["detail"].replace(sentence, "").strip()
    return rest in {"", "Type /dispatch in Slack for a new link.", "Type /board in Slack for a new link."}


def test_a_secret_in_an_address_opens_what_it_was_made_for_and_nothing_else(stage: WebStage) -> None:
    mine, there = stage.party("dave"), stage.party("eve", OTHER)
    assert "Dave" in stage.read(f"party={mine}").text
    own, before = stage.read("").text, rows(stage)
    for forged in (there, stage.party("ana")[:-1] + "_", mine.swapcase(), "dave", mine * 9, "é"):
        assert stage.read(f"party={quote(forged)}").text == own, "the page is the same for everybody"
        refused = stage.sign(name="Mia Otto", party=forged)
        assert (refused.status in {404, 422}, list(refused.errors)) == (True, ["party"])
    assert rows(stage) == before

    signature = stage.signed("Dave Kowalski", party=mine)
    assert "Dave Kowalski" in stage.read(f"signed={signature}").text
    for eid, asked_for in ((OTHER, signature), (EID, signature[:-1] + "0"), (EID, "#event"), (EID, "../" + signature)):
        assert stage.read(f"signed={quote(asked_for, safe='')}", eid=eid).status in {404, 422}

    links = MailLinks(SECRET, PUBLIC)
    token, other = links.token("dave@example.com"), links.token("ana@example.com")
    before = rows(stage)
    for forged in (token[:22] + other[22:], token[:-1], "", token + "A", stage.party()):
        for method in ("GET", "POST"):
            body = ONE_CLICK.encode() if method == "POST" else b""
            answer = stage.world.ask(method, "/api/mails", f"address={quote(forged)}", body=body, headers=FORM)
            assert answer.status == 404
    assert rows(stage) == before
    ended = stage.world.ask("POST", "/api/mails", f"address={token}", body=ONE_CLICK.encode(), headers=FORM)
    (key,) = rows(stage).keys() - before.keys()
    assert (ended.status, key) == (200, f"#mail:{token[:22]} #unsubscribed")
