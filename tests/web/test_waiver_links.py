"""Personal links: each opens the waiver of one party, names nobody to strangers, and cannot be guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.builders import EID, a_patron, a_row
from tests.web.reading import plain
from tests.web.stage import MINORS

if TYPE_CHECKING:
    from tests.web.stage import WebStage

OTHER = "2026-05-23-mystery-cruise"
INES = {"ines": {"name": "Ines Duarte", "party": 1, "due": 0}}


@pytest.fixture
def party_stage(web_stage: WebStage) -> WebStage:
    """The waiver page. Dave's party is of four, Ana's of two; another event of that day has a Dave too."""
    row = a_row()
    row["patrons"]["dave"]["party"] = 4
    web_stage.world.put(row, a_row(OTHER))
    return web_stage


def test_the_page_says_for_whose_party_it_is_and_how_many_have_signed(party_stage: WebStage) -> None:
    link = f"party={party_stage.party('dave')}"
    said = [plain(party_stage.read(link))]
    party_stage.signed("Dave Kowalski")
    said.append(plain(party_stage.read(link)))
    party_stage.signed("Ruth Kowalski", party=party_stage.party("dave"))
    said.append(plain(party_stage.read(link)))
    party_stage.signed("Sam Kowalski", party=party_stage.party("dave"))
    said.append(plain(party_stage.read(link)))
    party_stage.signed("Jo Kowalski", booked_by="Dave Kowalski")
    said.append(plain(party_stage.read(link)))

    for words, expected in zip(
        said,
        [
            "0 of 4 have signed; 4 still have to.",
            "1 of 4 has signed; 3 still have to.",
            "2 of 4 have signed; 2 still have to.",
            "3 of 4 have signed; 1 still has to.",
            "Everybody in this party has signed.",
        ],
        strict=True,
    ):
        assert f"For the party of Dave Kowalski . {expected}" in words


def test_the_name_is_not_filled_in_but_offered_until_the_patron_has_signed(party_stage: WebStage) -> None:
    link = f"party={party_stage.party('dave')}"

    before = party_stage.read(link)
    party_stage.signed("Ruth Kowalski", party=party_stage.party("dave"))
    between = party_stage.read(link)
    party_stage.signed("Dave Kowalski")
    after = party_stage.read(link)

    assert 'value="Dave Kowalski"' not in before.text
    assert "I am Dave Kowalski" in plain(before)
    assert "I am Dave Kowalski" in plain(between)
    assert "I am Dave Kowalski" not in plain(after)


def test_a_personal_link_names_nobody_else_and_the_event_s_own_link_nobody(party_stage: WebStage) -> None:
    token = party_stage.party("dave")
    party_stage.signed("Ruth Kowalski", party=token)

    greeted, everybody = party_stage.read(f"party={token}"), party_stage.read()

    assert f'data-party="{token}"' in greeted.text
    assert "Ana Lima" not in greeted.text
    assert "Ruth" not in greeted.text
    assert "Kowalski" not in everybody.text
    assert "Who booked?" in plain(everybody)


def test_the_answer_says_how_many_of_the_party_have_signed_by_now(party_stage: WebStage) -> None:
    sent = party_stage.signing(name="Ruth Kowalski", minors=MINORS, party=party_stage.party("dave"))

    answer = party_stage.sign(sent)
    party_stage.world.later(seconds=1)
    again = party_stage.sign(sent)

    assert answer.json["party"] == again.json["party"] == {"name": "Dave Kowalski", "signed": 3, "people": 4}
    assert party_stage.sign().json["party"] is None


def test_signing_over_ines_link_with_another_name_does_not_clear_ines(web_stage: WebStage) -> None:
    web_stage.world.put(a_row(patrons=INES))

    signature_id = web_stage.signed("Zed Stranger", party=web_stage.party("ines"))

    entry, line = web_stage.waivers()[signature_id], web_stage.lines()["ines"]
    assert (entry["patron_id"], entry["matched_by"], entry["name"]) == ("ines", "link", "Zed Stranger")
    assert (line["signed_people"], line["party"], line["signed"], line["clear_to_board"]) == (0, 1, False, False)
    assert "0 of 1 has signed; 1 still has to." in plain(web_stage.read(f"party={web_stage.party('ines')}"))
    web_stage.signed("Ines Duarte")
    assert web_stage.lines()["ines"]["clear_to_board"] is True


def test_a_personal_link_distinguishes_namesakes(web_stage: WebStage) -> None:
    dave = {"name": "Dave Kowalski", "party": 1, "due": 0}
    web_stage.world.put(a_row(patrons={"dave": dave, "dave.2": dave}))

    web_stage.signed("Dave Kowalski", party=web_stage.party("dave.2"))

    assert {patron_id: line["signed"] for patron_id, line in web_stage.lines().items()} == {
        "dave": False,
        "dave.2": True,
    }


def _not_tokens(web_stage: WebStage) -> list[str]:
    good = web_stage.party("dave")
    flipped = good[:-1] + ("A" if good[-1] != "A" else "Q")
    return [
        "dave",
        "Dave Kowalski",
        web_stage.party("dave", OTHER),
        web_stage.party("nobody"),
        good[:-1],
        good[:8],
        good[1:],
        good + "A",
        good.swapcase(),
        flipped,
        f" {good}",
        f"{good},{good}",
        f"{good}=",
        "",
        "é" * 22,
        "\u0000",
        "x" * 5000,
        "<script>alert(1)</script>",
    ]


def test_what_is_no_token_of_the_event_opens_the_page_for_everybody(party_stage: WebStage) -> None:
    everybody = party_stage.read().text

    for text in _not_tokens(party_stage):
        answer = party_stage.read(f"party={quote(text)}")
        assert (answer.status, answer.text) == (200, everybody), text


def test_what_is_no_token_of_the_event_is_refused_on_its_field_in_one_sentence(party_stage: WebStage) -> None:
    for text in _not_tokens(party_stage):
        answer = party_stage.sign(party=text)
        assert answer.status == 404, text
        assert list(answer.errors) == ["party"]
        assert answer.errors["party"] == answer.json["detail"]
        assert "Kowalski" not in answer.text
    assert party_stage.nothing_written()


def test_another_patrons_token_is_that_patrons(party_stage: WebStage) -> None:
    assert party_stage.party("ana") != party_stage.party("dave")

    assert "For the party of Ana Lima" in plain(party_stage.read(f"party={party_stage.party('ana')}"))


def test_a_bad_token_is_reported_together_with_other_errors(party_stage: WebStage) -> None:
    answer = party_stage.sign(party="dave", name="", agreed=False)

    assert answer.errors.keys() == {"party", "name", "agreed"}
    assert party_stage.nothing_written()


@pytest.mark.parametrize("patron_id", ["dave", "ana", "nobody", "", "x" * 70, "<script>"])
def test_a_patron_id_in_the_address_enumerates_nobody(party_stage: WebStage, patron_id: str) -> None:
    for query in (f"patron={patron_id}", f"patron_id={patron_id}"):
        answer = party_stage.read(query)
        assert (answer.status, answer.text) == (200, party_stage.read().text)


def test_a_token_is_not_made_of_anything_that_a_stranger_knows(
    party_stage: WebStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = party_stage.party("dave")
    monkeypatch.setenv("ADMIN_TOKEN_SECRET", "another-made-up-secret-of-32-bytes-or-more")
    party_stage.world.restart()

    assert party_stage.party("dave") != before
    assert party_stage.read(f"party={before}").text == party_stage.read().text
    assert len(before) >= 22


def test_a_link_is_the_same_after_the_patron_was_renamed(party_stage: WebStage) -> None:
    token = party_stage.party("dave")
    row = a_row()
    row["patrons"]["dave"]["name"] = "David Kowalski"
    party_stage.world.put(row)

    assert "For the party of David Kowalski" in plain(party_stage.read(f"party={token}"))


def test_hostile_names_of_parties_are_text(bare_web_stage: WebStage) -> None:
    evil = '"><script>alert(1)</script>&'
    bare_web_stage.world.put(a_row(title=evil, patrons={"dave": {"name": evil, "party": 1, "due": 0}}))

    answer = bare_web_stage.read(f"party={bare_web_stage.party()}")

    assert answer.text.count("<script") == 1
    assert "alert(1)</script>" not in answer.text
    assert "<bdi>&#34;&gt;&lt;script&gt;" in answer.text
    assert bare_web_stage.sign(name=a_patron().name).status == 201


def test_the_signed_page_leads_the_next_adult_to_the_same_party(party_stage: WebStage) -> None:
    token = party_stage.party("dave")
    signature_id = party_stage.signed("Dave Kowalski", party=token)

    assert f'href="?party={token}#another"' in party_stage.read(f"signed={signature_id}&party={token}").text
    for other in ("", "&party=", "&party=%22%3E%3Cscript%3E", "&party=" + "x" * 65):
        assert 'href="?#another"' in party_stage.read(f"signed={signature_id}{other}").text


def test_a_table_that_does_not_answer_is_no_bad_link(party_stage: WebStage) -> None:
    token = party_stage.party("dave")
    party_stage.table_faults.fail_next("Query", throttle=True, times=2)

    answer = party_stage.sign(party=token, name="")

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert party_stage.sign(party=token, eid="2026-05-23-nowhere").status == 404


def test_a_try_over_a_personal_link_is_completed_after_its_patron_left_the_roster(party_stage: WebStage) -> None:
    sent = party_stage.signing(party=party_stage.party("dave"))
    party_stage.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert party_stage.sign(sent).status == 503
    party_stage.world.put(a_row(patrons={}))
    party_stage.world.later(seconds=30)

    other = party_stage.sign({**sent, "party": party_stage.party("ana")})
    answer = party_stage.sign(sent)

    assert other.status == 404
    assert (answer.status, answer.json["party"]) == (200, None)
    assert list(party_stage.waivers()) == [sent["signature_id"]]
    assert party_stage.unmatched(EID) == ["Dave Kowalski"]
