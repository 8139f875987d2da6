"""The meaning of the words after `/log-payment`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.bot.conftest import opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

BARE = "2026-05-20"
NOBODY = {"event": EID, "patron": None, "amount": None, "method": None, "notes": None, "tip": None}
DAVE = NOBODY | {"patron": "dave", "amount": "125.00"}

# Typed words, and the form's values beside DAVE or NOBODY, with a remembered list of events.
UNDERSTOOD: dict[str, dict[str, Any]] = {
    "dave": DAVE,
    "DAVE": DAVE,
    "dave kowalski": DAVE,
    "kowalski dave": DAVE,
    "kowalski, dave": DAVE,
    "dav kow": DAVE,
    "“dave kowalski”": DAVE,
    '"Dave Kowalski" 120 cash': DAVE | {"amount": "120", "method": "cash"},
    "dave 120 cash": DAVE | {"amount": "120", "method": "cash"},
    "dave, 120, cash": DAVE | {"amount": "120", "method": "cash"},
    "120 CASH dave": DAVE | {"amount": "120", "method": "cash"},
    "cash dave $120": DAVE | {"amount": "$120", "method": "cash"},
    "dave 120 usd cash": DAVE | {"amount": "120", "method": "cash"},
    "dave usd 120": DAVE | {"amount": "120"},
    "dave $ 120": DAVE | {"amount": "120"},
    "dave $1,250.00 Zelle.": DAVE | {"amount": "$1,250.00", "method": "zelle"},
    "usd dave 120 usd": DAVE | {"amount": "120", "notes": "usd"},
    "cory dave 120": DAVE | {"amount": "120"},
    "dave captain cory 120 venmo half now": DAVE | {"amount": "120", "method": "venmo", "notes": "half now"},
    "dave 120 cash half now, rest on the dock": DAVE
    | {"amount": "120", "method": "cash", "notes": "half now, rest on the dock"},
    "dave 120 venmo & <cash>": DAVE | {"amount": "120", "method": "venmo", "notes": "& <cash>"},
    "dave 120 venmo &amp; <!channel>": DAVE | {"amount": "120", "method": "venmo", "notes": "&amp; <!channel>"},
    "kai 95 venmo 🤙": NOBODY | {"patron": "kai", "amount": "95", "method": "venmo", "notes": "🤙"},
    "🏄": NOBODY | {"patron": "kai", "amount": "95.00"},
    "zoe": NOBODY | {"patron": "zoe", "amount": "75.00"},
    "zoë@example.com": NOBODY,
    "dave 120 30 cash": DAVE | {"amount": None, "method": "cash"},
    "dave -5": DAVE | {"amount": None},
    "'dave' (120) cash!": DAVE | {"amount": "120", "method": "cash"},
    "@dave: 120? [cash]": DAVE | {"amount": "120", "method": "cash"},
    "«dave» 120": DAVE | {"amount": "120"},
    "dave " + "1" * 3000: DAVE | {"amount": None},
    "   ": NOBODY,
    "": NOBODY,
    "zed 20 cash": NOBODY | {"amount": "20", "method": "cash"},
    "zed 20 half a day for d & so": NOBODY | {"amount": "20", "notes": "half a day for d & so"},
    "got 120 from dave": DAVE | {"amount": "120", "notes": "got from"},
    "dk": NOBODY,
    "zed " + "la " * 30 + "dave": NOBODY,  # names stand early, and Slack waits three seconds only
    "d k": DAVE,
    f"{EID} dave 20": DAVE | {"amount": "20"},
    f"dave 20 {EID}, half": DAVE | {"amount": "20", "notes": "half"},
    f"{BARE} carol": NOBODY | {"event": BARE, "patron": "carol", "amount": "1400.00"},
}


def _people(bot_stage: BotStage) -> None:
    names = {"dave": "Dave Kowalski", "kai": "Kai 🏄 Nakamura", "zoe": "Zoë Ångström"}
    due = {"dave": Decimal(125), "kai": Decimal(95), "zoe": Decimal(75)}
    roster = {key: {"name": name, "party": Decimal(1), "due": due[key]} for key, name in names.items()}
    carol = {"carol": {"name": "Carol Hensley", "party": Decimal(8), "due": Decimal(1400)}}
    bot_stage.put(a_row(patrons=roster), a_row(BARE, title="Hensley private charter", patrons=carol))


def _held(form: Modal) -> dict[str, object]:
    return form.values


def test_words_are_understood_in_any_sensible_order(bot_stage: BotStage) -> None:
    _people(bot_stage)
    bot_stage.remember_events()
    assert {text: _held(opened(bot_stage.dana, text)) for text in UNDERSTOOD} == UNDERSTOOD


def test_a_name_may_be_a_methods_word(bot_stage: BotStage) -> None:
    names = {"cash": "Cash Miller", "dave": "Dave Card", "zelle": "Zelle O'Brien", "kim": "Kim Cashman"}
    roster = {key: {"name": name, "party": Decimal(1), "due": Decimal(125)} for key, name in names.items()}
    bot_stage.put(a_row(patrons=roster))
    bot_stage.remember_events()
    meant = {
        "cash miller 120 venmo": ("cash", "120", "venmo", None),
        "120 venmo cash miller": ("cash", "120", "venmo", None),
        "cory cash miller 120 cash": ("cash", "120", "cash", None),
        "cash miller 120": ("cash", "120", None, None),
        "miller 120 cash": ("cash", "120", "cash", None),
        "zelle 50 check for two": ("zelle", "50", "check", "for two"),
        "dave card 20 cash": ("dave", "20", "cash", None),
        "dave 20 card": ("dave", "20", "card", None),
        "cash 120": (None, "120", "cash", None),
        "kim cash 120": ("kim", "120", "cash", None),
    }
    held = {text: tuple(opened(bot_stage.dana, text).values.values())[1:5] for text in meant}
    assert held == meant


def test_on_a_cold_start_the_patron_is_found_too(bot_stage: BotStage) -> None:
    _people(bot_stage)
    bot_stage.restart()
    form = opened(bot_stage.dana, "zoe 75 cash")
    assert _held(form) == NOBODY | {"patron": "zoe", "amount": "75", "method": "cash"}
    form.submit()
    assert form.title == "Payment logged"


def test_a_name_that_two_patrons_bear_is_asked_for(bot_stage: BotStage) -> None:
    two = {key: {"name": f"Dave {key}", "party": Decimal(1), "due": Decimal(50)} for key in ("Mercer", "Kowalski")}
    bot_stage.put(a_row(patrons=two))
    form = opened(bot_stage.dana, f"{EID} dave 50 cash")
    assert form.values["patron"] is None
    assert "You typed “dave”" in form.text
    assert form.options("patron")[:2] == ["Dave Kowalski · owes $50.00", "Dave Mercer · owes $50.00"]


def test_a_name_that_nobody_bears_is_offered_as_a_new_patron(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} zed 50 cash")
    assert "You typed “zed”" in form.text
    assert form.options("patron")[-1] == "New patron “zed”"


def test_a_wrong_id_opens_the_form_and_says_what_is_wrong(bot_stage: BotStage) -> None:
    wrong = {
        "2026-05-23-captain-kori": "There is no event “2026-05-23-captain-kori”. Pick one from the list.",
        "2026-02-30-cory": "There is no event “2026-02-30-cory”. Pick one from the list.",
        "2026-05-23-<!channel>": "“2026-05-23-<!channel>” has characters other than",
        "2026-05-23-" + "a" * 2000: "is longer than 100 characters",
    }
    for typed, said in wrong.items():
        form = opened(bot_stage.dana, f"{typed} dave 20 cash")
        assert said in form.text
        assert form.values == NOBODY | {"event": None, "amount": "20", "method": "cash"}
    form.choose("event", "cory").choose("patron", "dave").submit()
    assert form.title == "Payment logged"


def test_a_bare_date_is_served_with_a_warning(bot_stage: BotStage) -> None:
    _people(bot_stage)
    form = opened(bot_stage.dana, BARE)
    assert form.values["event"] == BARE
    assert "The id of this event is a bare date: it needs a name after the date." in form.text
    assert form.suggest("event", "hensley")[0]["description"]["text"].startswith("id is a bare date")


def test_three_thousand_letters_open_a_form_in_time(bot_stage: BotStage) -> None:
    bot_stage.plant_season()
    bot_stage.remember_events()
    for text in ("d " * 1500, "a b c d e " * 300, "x" * 3000, "lorem ipsum " * 250):
        form = opened(bot_stage.dana, f"harbor festival 45 cash {text}")
        assert form.title == "Log a payment"
        bot_stage.dana.command("/payment-status", text)
        bot_stage.dana.command("/waiver", text)
    assert not bot_stage.dana.troubles
    assert max(delivery.seconds for delivery in bot_stage.slack.deliveries) < 2.5
