"""Any text in the office's forms or in the table: Slack takes the view, and ids keep the rule."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import ViewSettings
from bot.understanding.roster_lines import read_list
from bot.views import enrolled, lint, new_event, paste_roster, patrons
from bot.views.pages import page_of
from charter.enrolling import Added, Changed, PatronChange, fingerprint_of
from charter.event_ids import PERIODS, parse_event_id
from charter.event_ids import lint as reasons_of
from charter.events import Listing
from charter.new_events import Created, NewEvent
from charter.party_links import PartyLinks
from charter.pasting import MOST_LINES, Enrolled, Fate, plan_for
from charter.patrons import Patron
from devkit.slack.limits import check_message, check_view
from tests.builders import NOW, ZONE, a_patron, an_event

LINKS = PartyLinks("a-secret-of-at-least-thirty-two-bytes", "https://trips.example.com")
SETTINGS = ViewSettings(currency="USD", zone=ZONE, methods=("cash",), links=LINKS)
FEW = settings(max_examples=60, deadline=None, derandomize=True)

BITS = st.sampled_from(
    (
        "Captain Cory",
        "capt. Mia",
        "sunset",
        "Night",
        "2026-06-06",
        "-",
        "<!channel>",
        "&",
        "`",
        "🌅",
        "ß",
        "\u202e",
        "a" * 90,
    )
)
TEXT = (st.lists(BITS | st.text(max_size=12), max_size=6).map(" ".join)).map(
    lambda text: text.encode(errors="ignore").decode()
)
TYPED = st.builds(
    new_event.NewEventInputs,
    title=TEXT,
    day=st.dates(min_value=datetime(1990, 1, 1, tzinfo=UTC).date()).map(str) | st.just(""),
    time=st.times().map(lambda time: f"{time:%H:%M}") | st.just(""),
    captain=TEXT,
    period=st.sampled_from(("", *PERIODS)),
    price=TEXT,
    channel=st.sampled_from(("", "C0CORY")),
    eid=st.just("") | TEXT,
)
MONEY = st.decimals(Decimal(-100), Decimal(100_000), places=2)
PATRONS = st.builds(
    Patron,
    patron_id=st.just("dave"),
    name=st.text(min_size=1, max_size=200),
    due=MONEY,
    party=st.integers(1, 10_000),
    email=st.none() | st.text(min_size=1, max_size=400),
    phone=st.none() | st.text(min_size=1, max_size=400),
)


@FEW
@given(TYPED, st.booleans())
def test_any_words_in_the_form_of_a_new_event(typed: new_event.NewEventInputs, proposed_before: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    memo = new_event.Memo(period=typed.period, eid=typed.eid) if proposed_before else new_event.Memo()
    corrected, memo = new_event.corrected(typed, memo)
    assert check_view(new_event.build(corrected, memo, SETTINGS, now=NOW)) == []
    assert new_event.corrected(corrected, memo) == (corrected, memo), "what is corrected stays"
    assert not new_event.is_behind(corrected, memo)
    if corrected.eid and corrected.eid == memo.eid:
        assert reasons_of(corrected.eid) == []
        assert parse_event_id(corrected.eid).day.isoformat() == typed.day
    with suppress(ExceptionGroup):
        new = new_event.read_form(corrected, SETTINGS)
        assert isinstance(new, NewEvent)
        assert reasons_of(new.eid) == []
        assert (
            check_view(new_event.created(Created(new.event), SETTINGS, public_base_url="https://trips.example.com"))
            == []
        )


@FEW
@given(PATRONS, PATRONS)
def test_any_line_of_the_table_in_the_forms_of_a_patron(before: Patron, after: Patron) -> None:
    event = an_event(after)
    form = patrons.edit_form(event, before, typed=patrons.values_of(after), remark="x")
    assert check_view(form) == []
    assert check_view(enrolled.added(Added(event, after), memo=form["private_metadata"])) == []
    assert check_view(enrolled.changed(Changed(event, before, after))) == []
    view = form | {"state": {"values": {}}}
    assert check_view(patrons.overtaken(event, after, view)) == []


@FEW
@given(st.lists(st.tuples(TEXT, TEXT), max_size=20))
def test_any_ids_and_titles_of_the_table_in_the_lint(rows: list[tuple[str, str]]) -> None:
    found = lint.broken(Listing(eid=eid or "x", title=title, starts_at=NOW) for eid, title in rows)
    for number in range(4):
        page = page_of(found, number, size=lint.EVENTS_A_PAGE)
        proposed = lint.proposals(page.items, captains={}, taken=(), zone=ZONE)
        assert check_message(lint.answer(page, proposed, zone=ZONE)) == []
        assert all(reasons_of(proposal) == [] for proposal in proposed.values())


@FEW
@given(PATRONS, PATRONS)
def test_a_change_is_seen_by_the_mark_of_the_line(one: Patron, other: Patron) -> None:
    assert (fingerprint_of(one) == fingerprint_of(other)) is (one == other)
    edited = PatronChange("x", "dave", fingerprint_of(one), {"due": other.due, "email": other.email}).made_to(one)
    assert edited == replace(one, due=other.due, email=other.email)


def test_the_marks_of_lines_that_read_alike_differ() -> None:
    marks = {fingerprint_of(replace(a_patron(), email=email)) for email in (None, "", "None", "null")}
    assert len(marks) == 4


PASTED = st.lists(
    st.lists(
        BITS
        | st.text(max_size=9)
        | st.sampled_from((",", ";", "\t", "party of 2", "x3", "$250", "250", "a@b.c", "+1 415 555 0101")),
        max_size=6,
    ).map(" ".join),
    max_size=MOST_LINES,
).map(lambda found: "\n".join(found).encode(errors="ignore").decode()[:3000])


@FEW
@given(PASTED, PATRONS, st.booleans())
def test_any_words_in_a_pasted_list(text: str, patron: Patron, full: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    event = replace(an_event(patron), boat="Pelican", capacity=1 if full else None)
    plan = plan_for(event, read_list(text, currency="USD")[:MOST_LINES], form="f")
    for view in (
        paste_roster.paste_form(event),
        paste_roster.plan_form(plan, text, form="f", again=True),
        paste_roster.written(Enrolled(event, tuple(plan.patrons.values()), (patron,), tuple(plan.of(Fate.LEFT_OUT)))),
    ):
        assert check_view(view) == []
    assert len(plan.of(Fate.NEW)) + len(plan.of(Fate.CHANGED)) == len(plan.patrons), "no two lines are one patron"
