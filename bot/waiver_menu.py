"""Buttons about the waiver: to read it, to show its QR code, and to remind an event's people to sign."""

from __future__ import annotations

import json
from typing import Final

from bot.blocks import BUTTON, Block, button
from bot.kept import read_kept
from bot.text import clip

OPEN: Final = "open_waiver"
SHOW_QR: Final = "show_waiver_qr"
REMIND: Final = "remind_to_sign"  # an event's id follows

_LONGEST_ACTION_ID: Final = 255


def open_button(link: str) -> Block:
    """Return the button that opens the waiver."""
    return button("Open waiver", action_id=OPEN, url=link, style="primary")


def qr_button(link: str, *, name: str = "") -> Block:
    """Return the button that opens the page with the QR code: for everybody, or for the party of `name`.

    `link` is the address of that page, as PartyLinks.qr_page returns it.
    """
    around = len(party_label(""))
    return button(party_label(clip(name, BUTTON - around)) if name else "Show QR code", action_id=SHOW_QR, url=link)


def party_label(name: str) -> str:
    """Return `Show QR for Dave Kowalski's party`."""
    return f"Show QR for {name}'s party"


def remind_button(eid: str, *, seen: str = "", label: str = "Remind to sign") -> Block:
    """Return the button that posts a reminder in the event's channel.

    `seen` is the id of the newest reminder that the person knows of, if a recent one makes this press a second one.
    """
    value = json.dumps({"eid": eid, "seen": seen}, separators=(",", ":"))
    return button(label, action_id=f"{REMIND}.{eid}"[:_LONGEST_ACTION_ID], value=value)


def read_reminder(value: str) -> tuple[str, str]:
    """Return the event's id and the reminder that was seen, from a button's value."""
    read: dict[str, str] = read_kept(value)
    return read["eid"], read["seen"]
