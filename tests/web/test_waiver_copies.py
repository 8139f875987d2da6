"""Copies of a signed waiver: the signed page, the PDF, the QR code, the text and its version."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from adapters.waiver_texts import read_waiver_texts
from charter.waivers import WaiverText
from tests.builders import EID, a_row
from tests.web.reading import plain, signed_id
from tests.web.stage import DRAWN, WebStage, an_id
from web.waiver_pages import blocks, to_html

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = "2026-05-23-mystery-cruise"


def test_a_signed_page_shows_what_was_signed_when_and_how(web_stage: WebStage) -> None:
    minors = [{"name": "Mia Kowalski", "age": 9}]
    signature_id = signed_id(web_stage, minors=minors, signature=DRAWN)
    web_stage.world.later(days=400)

    answer = web_stage.read(f"signed={signature_id}")

    assert answer.status == 200
    words = plain(answer)
    text = read_waiver_texts()[0]
    for part in ("What Dave Kowalski signed", "Saturday, May 23, 2026, 1:30 PM PDT", "Mia Kowalski , 9", signature_id):
        assert part in words
    assert text.consent in words
    assert text.guardian in words
    assert f'd="{DRAWN["path"]}"' in answer.text
    assert f'href="?signed={signature_id}&amp;pdf"' in answer.text
    assert "203.0.113.9" not in answer.text


def test_a_signed_page_shows_the_text_of_then_not_of_now(web_stage: WebStage, monkeypatch: pytest.MonkeyPatch) -> None:
    signature_id = signed_id(web_stage)
    newer = WaiverText("Wholly new. Revised 2027-01-01", "I do.", "They do.")
    monkeypatch.setattr("adapters.waiver_texts.read_waiver_texts", lambda: (newer,))
    web_stage.world.restart()

    assert "Wholly new" in web_stage.read().text
    signed = web_stage.read(f"signed={signature_id}")
    assert "Wholly new" not in signed.text
    assert "You release us" in signed.text


@pytest.mark.parametrize("signature", [DRAWN, {"kind": "typed", "text": "Zoë שלום 🐬 李"}], ids=["drawn", "typed"])
def test_the_pdf_copy_is_a_pdf_and_always_the_same(web_stage: WebStage, signature: dict[str, str]) -> None:
    signature_id = signed_id(web_stage, signature=signature)

    first, again = web_stage.read(f"signed={signature_id}&pdf"), web_stage.read(f"signed={signature_id}&pdf=")

    assert first.status == 200
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == f'inline; filename="waiver-{EID}.pdf"'
    assert first.headers["cache-control"] == "no-store"
    assert first.body.startswith(b"%PDF-")
    assert first.body == again.body
    assert len(first.body) < 100_000


def test_the_pdf_needs_no_pillow() -> None:
    """Pillow is large and not in the zip, since a waiver has no pictures."""
    blocked = "import sys; sys.modules['PIL'] = None"
    program = f"{blocked}; from tests.web.test_waiver_copies import a_pdf; print(a_pdf()[:5])"
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert made.stdout.strip() == "b'%PDF-'"


def a_pdf() -> bytes:
    """Return a PDF of a made-up signature."""
    from charter.waivers import Mark, MarkKind, Signed, Signing
    from tests.builders import NOW, ZONE
    from web.waiver_pdf import pdf

    mark = Mark(MarkKind.DRAWN, DRAWN["path"])
    signing = Signing(signature_id=an_id(), name="Dave Kowalski", mark=mark, version="1")
    signed = Signed(
        eid=EID,
        title="Cory",
        starts_at=NOW,
        signing=signing,
        text=read_waiver_texts()[0],
        signed_at=NOW,
        address="",
        user_agent="",
    )
    return pdf(signed, zone=ZONE)


@pytest.mark.parametrize("signed", ["", "1", "../x", "%00", "x" * 3000, "<script>", an_id()])
def test_a_signature_that_is_not_kept_is_a_page_that_says_so(web_stage: WebStage, signed: str) -> None:
    for query in (f"signed={signed}", f"signed={signed}&pdf"):
        answer = web_stage.read(query)
        assert answer.status == 404
        assert "We cannot find this signature" in answer.text


def test_a_signature_of_one_event_does_not_open_under_another(web_stage: WebStage) -> None:
    web_stage.world.put(a_row(OTHER))

    assert web_stage.read(f"signed={signed_id(web_stage)}", eid=OTHER).status == 404


@pytest.mark.parametrize("query", ["qr", "qr=", "qr&party=dave", "qr&party=nobody", "qr&patron=dave"])
def test_the_qr_code_is_a_png_of_the_link(web_stage: WebStage, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import segno

    encoded: list[str] = []
    make = segno.make

    def noting(link: str, **named: Any) -> segno.QRCode:
        encoded.append(link)
        return make(link, **named)

    monkeypatch.setattr(segno, "make", noting)

    answer = web_stage.read(query.replace("=dave", f"={web_stage.party()}"))

    assert answer.status == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.body.startswith(b"\x89PNG")
    width, height = (int.from_bytes(answer.body[at : at + 4]) for at in (16, 20))
    assert width == height > 400
    link = f"https://trips.example.com/g/{EID}/waiver"
    assert encoded == [f"{link}?party={web_stage.party()}" if "party=dave" in query else link]


def test_an_unknown_event_has_no_qr_code(web_stage: WebStage) -> None:
    assert web_stage.read("qr", eid="2026-05-23-nowhere").status == 404


def test_only_plain_markdown_becomes_html() -> None:
    evil = (
        "# <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](https://ok.example)"
        " [c](mailto:a@b.example) [d](data:text/html,x) ![e](https://track.example/x.png) <https://x.example>"
    )

    html = to_html(evil)

    assert not re.search(r"<(script|img)", html)
    assert re.findall(r'href="([^"]+)"', html) == [
        "https://ok.example",
        "mailto:a@b.example",
        "https://track.example/x.png",
        "https://x.example",
    ]


def test_the_paper_copy_has_headings_paragraphs_and_numbered_items() -> None:
    text = "## One\n\nTwo\nthree **four**\n\n- five\n- six\n\nseven\n\n1. eight\n2. nine\n"

    assert list(blocks(text)) == [
        ("heading", "One"),
        ("paragraph", "Two three four"),
        ("item", "• five"),
        ("item", "• six"),
        ("paragraph", "seven"),
        ("item", "1. eight"),
        ("item", "2. nine"),
    ]


def test_the_version_follows_every_word_that_is_signed() -> None:
    text = WaiverText("Text. Revised 2026-11-23", "I agree.", "I guard.")

    versions = {
        text.version,
        WaiverText("Text! Revised 2026-11-23", "I agree.", "I guard.").version,
        WaiverText("Text. Revised 2026-11-23", "I agree!", "I guard.").version,
        WaiverText("Text. Revised 2026-11-23", "I agree.", "I guard!").version,
    }

    assert len(versions) == 4
    assert all(re.fullmatch("2026-11-23-[0-9a-f]{8}", version) for version in versions)


FORMS: dict[str, Callable[[uuid.UUID], str]] = {
    "a UUID": str,
    "its digits alone": lambda made: made.hex,
    "in capitals": lambda made: str(made).upper(),
    "with a word before it": lambda made: f"sig_{made}",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_is_found_by_any_id_that_nobody_guesses(web_stage: WebStage, form: str) -> None:
    signature_id = FORMS[form](uuid.uuid4())

    assert web_stage.sign(signature_id=signature_id).status == 201

    assert list(web_stage.waivers()) == list(web_stage.kept()) == [signature_id]
    assert "Dave Kowalski" in web_stage.read(f"signed={signature_id}").text
