"""The page that unsubscribes an address from our mails: by hand, or by a mail program's own button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.attribute_values import from_wire
from adapters.unsubscribed import DynamoUnsubscribed
from charter.mail_links import ONE_CLICK, PATH, MailLinks, mark_of
from tests.web.conftest import PUBLIC, SECRET

if TYPE_CHECKING:
    from tests.web.conftest import Answer, WebWorld

DAVE = "dave@example.com"
LINKS = MailLinks(SECRET, PUBLIC)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def query(address: str = DAVE) -> str:
    return f"address={LINKS.token(address)}"


def press(world: WebWorld, asked: str, body: bytes = ONE_CLICK.encode(), kind: str = FORM["content-type"]) -> Answer:
    return world.ask("POST", PATH, asked, body=body, headers={"content-type": kind})


def kept(world: WebWorld) -> list[dict[str, object]]:
    """Return the rows of addresses that ended our mails."""
    rows = map(from_wire, world.client.scan(TableName=world.table, ConsistentRead=True)["Items"])
    return [row for row in rows if str(row["eid"]).startswith("#mail:")]


def has_ended(world: WebWorld, address: str = DAVE) -> bool:
    return DynamoUnsubscribed(world.client, world.table).has(mark_of(address))


def test_opening_the_link_changes_nothing_and_its_button_ends_the_mails_until_they_are_begun_again(
    web_world: WebWorld,
) -> None:
    assert LINKS.link(DAVE) == f"{PUBLIC}/api/mails?{query()}"
    for method in ("GET", "GET", "HEAD"):  # as mail services open links
        opened = web_world.ask(method, PATH, query())
        assert opened.status == 200
    assert kept(web_world) == []

    shown = web_world.ask("GET", PATH, query()).text
    assert f'<form method="post" action="?{query()}">' in shown
    assert "Send me no more mails" in shown
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in shown
    ended = press(web_world, query())
    assert (ended.status, "You get no more mails from us" in ended.text) == (200, True)
    assert has_ended(web_world, "Dave@Example.com"), "an address is the same in capitals"
    assert "Send me mails again" in web_world.ask("GET", PATH, query()).text

    begun = press(web_world, f"{query()}&again=yes")
    assert (begun.status, "You get our mails again" in begun.text) == (200, True)
    assert not has_ended(web_world)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK.encode(), FORM["content-type"]),
        (b"--x\r\nContent-Disposition: form-data; name=x\r\n\r\nOne-Click\r\n--x--", "multipart/form-data; boundary=x"),
        (b"", ""),
    ],
    ids=["as a form", "in parts", "empty"],
)
def test_a_mail_program_ends_the_mails_with_one_click(web_world: WebWorld, body: bytes, kind: str) -> None:
    for _ in range(3):
        assert press(web_world, query(), body, kind).status == 200
    (row,) = kept(web_world)
    assert (row["eid"], row["ended"]) == (f"#mail:{mark_of(DAVE)}", True)
    assert "dave" not in str(row)


def test_nobody_ends_the_mails_of_somebody_else(web_world: WebWorld) -> None:
    token = LINKS.token(DAVE)
    ours = MailLinks("another-secret-of-at-least-32-bytes-here", PUBLIC).token(DAVE)
    for guess in (
        "",
        "x",
        token[:-1],
        token + "A",
        mark_of(DAVE),
        mark_of("ana@example.com") + token[22:],
        ours,
        "é" * 44,
    ):
        for answer in (press(web_world, f"address={guess}"), web_world.ask("GET", PATH, f"address={guess}")):
            assert (answer.status, "We do not know this link" in answer.text) == (404, True)
    assert press(web_world, "").status == 404
    assert kept(web_world) == []


def test_a_table_that_does_not_answer_is_a_page_that_asks_to_try_again(web_world: WebWorld) -> None:
    web_world.table_faults.fail_next("PutItem", error="InternalServerError", times=2)
    answer = press(web_world, query())
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "it is not certain that anything was changed" in answer.text
    assert press(web_world, query()).status == 200


def test_the_page_has_no_script_and_sends_its_form_nowhere_else(web_world: WebWorld) -> None:
    answer = web_world.ask("GET", PATH, query())
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert '<meta name="referrer" content="same-origin">' in answer.text  # else Origin: null
    assert answer.headers["cache-control"] == "no-store"
    assert "dave" not in answer.text.lower()


def test_the_page_is_in_the_language_of_its_reader_through_every_press(web_world: WebWorld) -> None:
    spanish = {"accept-language": "es-MX,es;q=0.9"}
    assert "¿No quiere recibir más correos nuestros?" in web_world.ask("GET", PATH, query(), headers=spanish).text
    asked = web_world.ask("GET", PATH, f"{query()}&lang=es").text
    assert f'action="?{query()}&amp;lang=es"' in asked
    assert f'href="?{query()}&amp;lang=en"' in asked
    assert "Ya no recibirá correos nuestros" in press(web_world, f"{query()}&lang=es").text
    assert "No conocemos este enlace" in press(web_world, "address=x&lang=es").text
