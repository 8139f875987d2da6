"""Rules of one sentence: links, limits, searches, parties, explained balances, and exports."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from charter.capacity import check_seats, is_beyond, seats_left
from charter.edits import Edit
from charter.explaining import BalanceLine, Explanation, explained
from charter.exported import Choice, posted
from charter.kinds import Kind
from charter.limits import PER_ADDRESS, WINDOW, check_room, most_by_plain_link, network_of
from charter.mail_links import MailLinks, mailable, mark_of
from charter.parties import check_due, check_party, for_all
from charter.party_links import PartyLinks, qr_page_link, waiver_link
from charter.patrons import check_name, is_id_of, walk_up_id
from charter.payments import LONGEST_TEXTS, Payment
from charter.records import Letter, Record
from charter.references import reference_of
from charter.refusals import AmountOutOfRange, BoatFull, DueMissing, PartyMalformed, SignaturesFull
from charter.searching import Hit, NameList, hit
from charter.signatures import Coverage, coverage_of
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_patron, a_payment, a_signature, an_entry, an_event

BASE = "https://trips.example.com/"


def test_each_party_has_a_link_that_nobody_can_guess_and_a_rename_keeps() -> None:
    event, links = an_event(a_patron(), a_patron("ana")), PartyLinks("secret", BASE)
    token = links.token(event, "dave")

    assert (len(token), token.isascii()) == (22, True)
    assert links.token(replace(event, eid="2026-06-01-new", renamed_from=(EID,)), "dave") == token
    assert len({token, links.token(event, "ana"), PartyLinks("other", BASE).token(event, "dave")}) == 3
    assert links.link(event, "dave") == f"https://trips.example.com/g/{EID}/waiver?party={token}"
    assert links.qr_page(event, "dave") == f"https://trips.example.com/g/{EID}/waiver?party={token}&qr=page"
    assert qr_page_link(BASE, EID) == f"https://trips.example.com/g/{EID}/waiver?qr=page"
    assert waiver_link(BASE, "a/b", party="c/d") == "https://trips.example.com/g/a%2Fb/waiver?party=c%2Fd"
    found = links.find(event, token)
    assert found is not None
    assert found.patron_id == "dave"
    assert [links.find(event, text) for text in ("x", "ñ", token + "x", "x" * 65, "")] == [None] * 5
    assert "secret" not in repr(links)


def test_a_link_ends_the_mails_of_the_address_that_it_was_made_for() -> None:
    links = MailLinks("secret", BASE)
    token = links.token(" Dave@Example.com ")

    assert token == links.token("dave@example.com")
    assert (len(token), token[:22]) == (44, mark_of("dave@example.com"))
    assert links.find(token) == mark_of("DAVE@example.com")
    assert links.link("dave@example.com") == f"https://trips.example.com/api/mails?address={token}"
    for forged in (token[:-1], token + "A", "A" + token[1:], "ñ" * 44, "", token[:22]):
        assert links.find(forged) is None
    assert MailLinks("other", BASE).find(token) is None
    assert "secret" not in repr(links)


@pytest.mark.parametrize(
    ("email", "taken"),
    [
        ("dave@example.com", True),
        ("d.o'hara+1@mail.example.com", True),
        ("josé@example.com", False),
        ("dave@exämple.com", True),
        ("dave@example..com", False),
        ("dave@[1.2.3.4]", False),
        ("dave", False),
        ("", False),
        (None, False),
    ],
)
def test_a_mail_goes_to_addresses_that_mail_services_take(email: str | None, *, taken: bool) -> None:
    assert mailable(email) == (email if taken else None)


def test_strangers_sign_three_times_for_each_person_and_never_fewer_than_sixty() -> None:
    crowd = an_event(a_patron(party=30))

    assert most_by_plain_link(an_event()) == 60
    assert most_by_plain_link(crowd) == most_by_plain_link(replace(crowd, capacity=10)) == 90
    assert most_by_plain_link(replace(crowd, capacity=40)) == 120
    signatures = {f"s{number}": a_signature(f"s{number}") for number in range(60)}
    linked = {"l1": replace(a_signature("l1"), party_link=True)}
    check_room(replace(an_event(), signatures=dict(list(signatures.items())[1:]) | linked))
    with pytest.raises(SignaturesFull, match="Captain Cory, afternoon"):
        check_room(replace(an_event(), signatures=signatures))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (" 10.1.2.3 ", "10.1.2.3"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        (" somewhere ", "somewhere"),
    ],
)
def test_one_caller_holds_an_address_or_a_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_search_fits_an_event_its_people_or_both_together() -> None:
    names = NameList(EID, "Sunset sail", "Osprey", {"owen": "Owen Park", "ana": "Ana Lima"})

    assert hit("sunset", names) == hit("osprey", names) == hit("captain-cory", names) == Hit(EID, ())
    assert hit("owen", names) == hit("owen sunset", names) == Hit(EID, ("owen",))
    assert hit("park", names) == Hit(EID, ("owen",))
    assert hit("owen lima", names) is None
    assert hit("zed", names) is None
    assert hit("sunset", NameList(EID, "Sunset", "", {"sunset": "Sun Set"})) == Hit(EID, ("sunset",))


def test_a_trouble_has_a_reference_that_can_be_read_out() -> None:
    codes = [reference_of(f"request {number}") for number in range(40)]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert set("".join(codes)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    assert len(set(codes)) == 40
    assert reference_of("request 7") == codes[7]


def test_a_record_that_was_just_begun_says_nothing_yet() -> None:
    begun = Record(claimed_at=NOW)
    assert (begun.done, begun.place, begun.content, begun.wanted, begun.instead_of) == (False, None, "", "", None)
    letter = Letter("r1")
    assert (letter.eid, letter.batch) == (None, False), "it is of neither"


def test_room_is_kept_for_the_longest_texts_of_an_entry() -> None:
    longest = {"notes": 500, "counterpart": 255, "reason": 200, "group": 64, "permalink": 255}
    assert dict(LONGEST_TEXTS) == longest


def test_the_boat_takes_as_many_as_its_capacity() -> None:
    event = replace(an_event(a_patron(party=3)), capacity=4, boat="Osprey")

    assert (seats_left(event), seats_left(replace(event, capacity=None))) == (1, None)
    assert [is_beyond(event, people) for people in (0, 1, 2)] == [False, False, True]
    assert not is_beyond(replace(event, capacity=2), 0)
    check_seats(event, 1, admin=False, reason="")
    check_seats(event, 2, admin=True, reason="friends")
    for admin, reason in ((True, ""), (False, "friends")):
        with pytest.raises(BoatFull) as raised:
            check_seats(event, 2, admin=admin, reason=reason, field="party")
        assert raised.value.field == "party"
        assert str(raised.value) == str(BoatFull("Osprey", 4, 5, admin=admin))


def test_a_party_has_1_to_200_people_who_owe_the_price_together() -> None:
    assert [check_party(text) for text in (" 1 ", "200", "0007")] == [1, 200, 7]
    for text in ("0", "201", "", "one", "1.5", "00001", "-1"):
        with pytest.raises(PartyMalformed, match="200"):
            check_party(text)
    price = Decimal("60.00")
    assert check_due(" ", party=3, price=price, currency="USD") == 180
    assert check_due("$75", party=3, price=price, currency="USD") == 75
    for nothing in ("0", "$0.00", " 0.0 ", "00"):
        assert str(check_due(nothing, party=3, price=price, currency="USD")) == "0.00"
    with pytest.raises(DueMissing):
        check_due("", party=3, price=None, currency="USD")
    assert str(for_all(Decimal(0), 3)) == "0.00"
    with pytest.raises(AmountOutOfRange):
        for_all(Decimal(60000), 2)


def test_a_walk_ups_id_names_their_payment() -> None:
    one, two = walk_up_id("Łukasz O’Hara", "p1"), walk_up_id("Łukasz O’Hara", "p1", ["2"])

    assert one.startswith("lukasz-ohara-")
    assert (len(one), len(two)) == (len("lukasz-ohara-") + 6, len("lukasz-ohara-") + 12)
    assert is_id_of(one, "p1")
    assert is_id_of(two, "p1")
    assert not is_id_of(one, "p2")
    assert not is_id_of("dave", "p1")
    assert not is_id_of(one + "0", "p1")
    assert walk_up_id("海", "p1").startswith("patron-")
    assert len(walk_up_id("a" * 90, "p1")) == 47
    assert walk_up_id("a" * 39 + " b", "p1").startswith("a" * 39 + "-")
    assert check_name("Da\ud800ve\x00K") == "Da ve K"


def test_a_party_is_covered_by_who_signed_and_the_minors_whom_they_named() -> None:
    dave = a_patron(party=3)

    def coverage(*signatures: Any) -> str:
        return str(coverage_of(dave, signatures))

    assert coverage() == "0 of 3 signed"
    assert coverage(a_signature(minors=("Kim", "Lee"))) == "3 of 3 signed"
    assert coverage(a_signature(minors=("Kim",)), a_signature("s2", name="KIM")) == "2 of 3 signed"
    assert coverage(a_signature(minors=("Dave Kowalski",))) == "2 of 3 signed"
    assert coverage(a_signature(minors=("a", "b", "c", "d"))) == "3 of 3 signed"
    others = [a_signature(f"s{number}", name=f"N{number}", matched_by="link") for number in range(4)]
    assert coverage(*others) == "2 of 3 signed"
    assert coverage(replace(others[0], matched_by=DANA), *others[1:]) == "3 of 3 signed"
    assert coverage(replace(others[0], matched_by=DANA, companion=True), *others[1:]) == "2 of 3 signed"
    assert coverage(replace(others[0], matched_by=None, name="dave kowalski"), *others[1:]) == "3 of 3 signed"
    assert [Coverage(signed, 2).complete for signed in (1, 2, 3)] == [False, True, True]


def test_a_balance_is_explained_line_by_line() -> None:
    due = Edit("due", "250.00", "200.00", DANA, NOW - timedelta(hours=1), "dave")
    discount = Edit("discount", "200.00", "150.00", DANA, NOW + timedelta(hours=1), "dave")
    party = Edit("party", "2", "3", DANA, NOW, "dave")
    price = Edit("price", "125.00", "60.00", DANA, NOW)
    others = (replace(due, patron_id="ana"), replace(price, before="250.00", patron_id="dave"))
    dave = a_patron(due="140.00", party=3)
    event = replace(
        an_event(dave, payments={"dave": a_payment("60.00")}, price="60.00"),
        edits=(discount, due, party, price, *others),
    )
    entry = event.payment("dave").entries[0]
    found = explained(event, dave)

    assert found.lines == (
        BalanceLine(due, Decimal(-50), Decimal(200)),
        BalanceLine(entry, Decimal(-60), Decimal(140)),
        BalanceLine(discount, Decimal(-50), Decimal(90)),
        BalanceLine(None, Decimal(-10), Decimal(80)),
    )
    assert [found.due, found.party, found.price, found.usual, found.beside_usual] == [250, 2, 125, 250, 0]
    plain = explained(an_event(price="100.00"), a_patron())
    assert plain == Explanation(Decimal(125), 1, Decimal(100), ())
    assert plain.beside_usual == 25
    free = explained(an_event(price=None), a_patron())
    assert [free.price, free.usual, free.beside_usual] == [None, None, 0]
    odd = replace(an_event(a_patron(party=4)), edits=(replace(party, before="few"),))
    assert explained(odd, a_patron(party=4)).party == 4


def test_entries_are_chosen_for_an_export_by_month_method_and_who_took_the_money() -> None:
    late = replace(an_entry("p1", method="Cash"), timestamp=NOW.replace(month=6, day=1, hour=6))
    void = an_entry("void:p1", "-125.00", kind=Kind.VOID, reverses="p1", by=MARCO, method="Cash")
    event = an_event(payments={"zed": Payment((an_entry("p2"),)), "dave": Payment((late, void))})
    lines = list(posted(event))

    assert [(each.patron_id, each.patron, each.entry.payment_id, each.holder) for each in lines] == [
        ("dave", "Dave Kowalski", "p1", DANA),
        ("dave", "Dave Kowalski", "void:p1", DANA),
        ("zed", "zed", "p2", DANA),
    ]

    def picked(**choice: str) -> list[bool]:
        return [Choice(**choice).picks(each, ZONE) for each in lines]

    assert picked() == picked(crew=DANA) == picked(crew="U0DANA") == picked(method="CASH") == [True] * 3
    assert picked(logged="2026-05") == [True] * 3
    assert picked(logged="2026-06") == picked(crew=MARCO) == picked(method="venmo") == [False] * 3
    assert [Choice(month=month).has(event) for month in ("2026-05", "2026-06", None)] == [True, False, True]
    assert Choice().in_words == ""
    assert Choice(event="e", month="m", logged="l", method="x", crew="c").in_words == (
        "of event e, of events in m, logged in l, by method x, taken by c"
    )


def test_one_network_may_sign_sixty_times_in_ten_minutes() -> None:
    assert (PER_ADDRESS, WINDOW.total_seconds()) == (60, 600)
