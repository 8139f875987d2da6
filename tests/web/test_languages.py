"""The waiver in the signer's language: the pages, the errors, the stored evidence, and the copies."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from adapters.waiver_texts import read_waiver_texts
from charter.waivers import is_current_version
from tests.builders import a_row, a_signature_row
from tests.web.reading import plain, read
from tests.web.stage import DRAWN, MINORS, an_id

if TYPE_CHECKING:
    from tests.web.conftest import Answer
    from tests.web.stage import WebStage

ENGLISH, SPANISH = read_waiver_texts()[:2]


def lang(answer: Answer) -> str | None:
    return next(attributes for tag, attributes in read(answer).tags if tag == "html")["lang"]


def links(answer: Answer) -> dict[str | None, str | None]:
    """The addresses of the page in its other languages."""
    return {each["hreflang"]: each["href"] for tag, each in read(answer).tags if tag == "a" and "hreflang" in each}


@pytest.mark.parametrize(
    ("query", "accepted", "shown"),
    [
        ("", "", "en"),
        ("lang=es", "", "es"),
        ("lang=es", "en-US,en;q=0.9", "es"),
        ("lang=en", "es", "en"),
        ("lang=ES-mx", "", "es"),
        ("lang=tlh", "es-419", "es"),
        ("lang=", "es", "es"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "fr,en;q=0.5,es;q=0.7", "es"),
        ("", "en-US,es;q=0.9", "en"),
        ("", "fr-FR,fr", "en"),
        ("", "es;q=0,*", "en"),
        ("", "es;q=maybe, ;;,es_MX;q=0.1", "es"),
        ("lang=../en", "x" * 9000, "en"),
    ],
)
def test_the_address_says_the_language_then_the_browser_and_else_it_is_english(
    web_stage: WebStage, query: str, accepted: str, shown: str
) -> None:
    answer = web_stage.world.ask("GET", "/g/2026-05-23-nowhere/waiver", query, headers={"Accept-Language": accepted})
    assert lang(answer) == shown
    assert ("No conocemos este paseo" in answer.text) is (shown == "es")
    other = "en" if shown == "es" else "es"
    assert links(answer) == {other: f"?lang={other}"}


def test_the_page_to_sign_is_all_in_spanish_and_leads_to_the_same_page_in_english(web_stage: WebStage) -> None:
    web_stage.world.put(a_row(boat="Second <Wind>"))
    party = web_stage.party("ana")
    answer = web_stage.read(f"party={party}&lang=es")

    words = plain(answer)
    for said in (
        "Exención de responsabilidad: Captain Cory, afternoon – Ship Captain Crew",
        "sábado 23 de mayo de 2026, 1:00 p. m. PDT",
        "Barco Second &lt;Wind&gt;",
        "Para el grupo de Ana Lima . Han firmado 0 de 2; faltan 2.",
        "Usted nos libera de responsabilidad.",
        SPANISH.consent,
        f"Versión {SPANISH.version}",
    ):
        assert said in words
    for english in (" you ", " the ", "Sign", "Version "):
        assert english not in words
    assert f'data-version="{SPANISH.version}"' in answer.text
    assert links(answer) == {"en": f"?party={party}&lang=en"}
    assert len(answer.body) < 60_000


def test_what_is_signed_in_spanish_is_kept_shown_and_printed_in_spanish(web_stage: WebStage) -> None:
    sent = web_stage.signing(
        name="Íñigo Ibáñez", minors=MINORS[:1], signature=DRAWN, version=SPANISH.version, booked_by="Dave Kowalski"
    )
    answer = web_stage.sign(sent)
    assert (answer.status, answer.json["language"]) == (201, "es")
    assert web_stage.sign(sent).status == 200
    signed = web_stage.signed("Ana Lima")

    assert {row["name"]: (row["language"], row["version"]) for row in web_stage.waivers().values()} == {
        "Íñigo Ibáñez": ("es", SPANISH.version),
        "Ana Lima": ("en", ENGLISH.version),
    }
    kept = web_stage.kept()[sent["signature_id"]]
    assert (kept["agreed"], kept["guardian"]) == (SPANISH.consent, SPANISH.guardian)
    assert kept["waiver"] == {
        "version": SPANISH.version,
        "language": "es",
        "sha256": SPANISH.sha256,
        "markdown": SPANISH.markdown,
        "consent": SPANISH.consent,
        "guardian": SPANISH.guardian,
    }
    assert web_stage.kept()[signed]["waiver"]["language"] == "en"

    page = web_stage.read(f"signed={sent['signature_id']}")
    assert lang(page) == "es"
    for said in ("Lo que firmó Íñigo Ibáñez", "Menores: Mia Kowalski", "Se firmó en: Español", SPANISH.guardian):
        assert said in plain(page)
    in_english = web_stage.read(f"signed={sent['signature_id']}&lang=en")
    assert "What Íñigo Ibáñez signed" in plain(in_english)
    assert "Usted nos libera de responsabilidad." in in_english.text
    assert '<article id="text" lang="es"' in in_english.text
    copy = PdfReader(io.BytesIO(web_stage.read(f"signed={sent['signature_id']}&pdf&lang=en").body))
    text = " ".join("".join(each.extract_text() for each in copy.pages).split())
    assert str(copy.root_object["/Lang"]) == "es"
    assert "Por Íñigo Ibáñez, el sábado 23 de mayo de 2026, 1:30 p. m. PDT." in text
    assert "(Español), SHA-256" in text
    assert "embarcaciones que nadie podía prever" in text


def test_a_text_that_is_out_of_date_is_refused_in_the_signers_language_and_a_replay_is_not(
    web_stage: WebStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed, new = web_stage.signing(version=SPANISH.version), web_stage.signing(version=SPANISH.version)
    assert web_stage.sign(signed).status == 201
    newer = type(SPANISH)("Del todo nuevo. Revisado el 2027-01-01", "Sí.", "Sí.", "es")
    monkeypatch.setattr("adapters.waiver_texts.read_waiver_texts", lambda: (ENGLISH, newer))
    web_stage.world.restart()

    sentence = "La exención cambió mientras usted la leía. Por favor, léala otra vez y después firme."
    answer = web_stage.sign(new, headers={"accept-language": "es-MX"})
    assert (answer.status, answer.errors) == (409, {"version": sentence})
    assert answer.json["detail"] == sentence
    assert web_stage.sign(signed).json["replayed"] is True
    assert web_stage.sign(web_stage.signing(version=ENGLISH.version)).status == 201
    assert web_stage.sign(web_stage.signing(version=newer.version)).json["language"] == "es"
    assert [is_current_version(each.version, (ENGLISH, newer)) for each in (ENGLISH, SPANISH, newer)] == [
        True,
        False,
        True,
    ]


WRONG: list[dict[str, Any]] = [
    {"name": ""},
    {"name": "https://evil.example"},
    {"booked_by": "N" * 81},
    {"booked_by": "a · b"},
    {"minors": [{"name": "", "age": 9}, {"name": "a | b", "age": 40}]},
    {"minors": MINORS * 6},
    {"emergency_contact": "Mia"},
    {"emergency_contact": "9" * 200},
    {"medical_note": "x" * 400},
    {"agreed": False},
    {"signature": None},
    {"signature": {"kind": "drawn", "path": "M1 1"}},
    {"signature_id": "1"},
    {"party": "nobody"},
]


def test_every_error_is_said_in_the_language_of_the_text_that_is_signed(web_stage: WebStage) -> None:
    for changed in WRONG:
        english, spanish = (
            web_stage.sign(web_stage.signing(version=each.version, **changed)) for each in (ENGLISH, SPANISH)
        )
        assert english.status == spanish.status >= 400
        assert english.errors.keys() == spanish.errors.keys()
        assert not set(english.errors.values()) & set(spanish.errors.values()), changed
    asked = web_stage.world.ask("POST", "/g/2026-05-23-nowhere/waiver", "lang=es", body=b"{}",
                                headers={"content-type": "application/json"})  # fmt: skip
    assert asked.errors["agreed"].startswith("Marque la casilla")
    web_stage.table_faults.fail_next("Query", throttle=True, times=2)
    busy = web_stage.sign(version=SPANISH.version)
    assert busy.status == 503
    assert busy.json["detail"].startswith("El registro no respondió a tiempo.")


def test_notices_the_pass_and_the_code_are_in_the_language_too(web_stage: WebStage) -> None:
    signature_id = web_stage.signed("Dave Kowalski")
    code = web_stage.read(f"party={web_stage.party('ana')}&qr=page&lang=es")
    assert "Escanee para firmar la exención" in plain(code)
    assert "Firmas: 0 de 2 Actualizar" in plain(code)
    web_stage.world.put(a_signature_row(signature_id, set_aside_by="slack:U0DANA", set_aside_at="2026-05-23T20:31:00Z"))
    seen = {
        "apartó esta firma": f"signed={signature_id}&lang=es",
        "No encontramos esta firma": f"signed={an_id()}&lang=es",
    }
    web_stage.world.put(a_row(status="scheduled"))
    for said, query in seen.items():
        answer = web_stage.read(query)
        assert said in answer.text
        assert lang(answer) == "es"
    web_stage.table_faults.fail_next("Query", throttle=True, times=2)
    assert "Por favor, inténtelo de nuevo en un momento" in web_stage.read("lang=es").text
    web_stage.table_faults.fail_next("Query", error="ResourceNotFoundException")
    assert "Algo falló de nuestro lado" in web_stage.read("lang=es").text
    web_stage.world.later(hours=11)
    assert "Este paseo ya terminó, así que su exención ya no se puede firmar." in web_stage.read("lang=es").text
    assert "Este paseo ya terminó" in web_stage.read("qr=page&lang=es").text
    refused = web_stage.sign(version=SPANISH.version)
    assert refused.errors == {"eid": "Captain Cory, afternoon ya terminó, así que su exención ya no se puede firmar."}
    web_stage.world.put(a_row(status="cancelled"))
    cancelled = plain(web_stage.read("lang=es"))
    assert "Este paseo está cancelado" in cancelled
    assert "Captain Cory, afternoon, sábado 23 de mayo de 2026, 1:00 p. m. PDT, no se realizará" in cancelled
    assert "Paseo cancelado" in web_stage.read(f"signed={signature_id}&lang=es").text


def test_a_signature_from_before_there_was_a_choice_was_signed_in_english(web_stage: WebStage) -> None:
    import json

    signature_id = web_stage.signed("Dave Kowalski")
    (version,) = web_stage.world.s3.list_object_versions(Bucket=web_stage.world.bucket)["Versions"]
    key = version["Key"].replace(signature_id, other := an_id())
    kept = web_stage.kept()[signature_id]
    del kept["waiver"]["language"]
    content = json.dumps({**kept, "signature_id": other}).encode()
    web_stage.world.s3.put_object(Bucket=web_stage.world.bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256")
    web_stage.world.put(a_signature_row(other, version=kept["waiver"]["version"]))

    page = web_stage.world.ask("GET", f"/g/{kept['event']['eid']}/waiver", f"signed={other}",
                               headers={"accept-language": "es"})  # fmt: skip
    assert (page.status, lang(page)) == (200, "en")
    assert "Signed in English" in plain(page)
    assert web_stage.sign(web_stage.signing(signature_id=other)).status == 200
