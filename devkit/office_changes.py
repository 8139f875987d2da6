"""The pictures of what the office changes: an event, that it is cancelled, and what becomes of patrons and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from devkit.driving import TALL, answer, dialog, pick, run

if TYPE_CHECKING:
    from devkit.studio import Studio


def an_edited_event(studio: Studio) -> None:
    """Show the form that moves an event by a day, and the one that cancels it. Nothing is saved."""
    with studio.seat("U0OLIVIA", "C0OFFICE", **TALL) as office:
        run(office, "/payment-status edit 2026-05-24-golden-gate-sunset to monday 5pm price 110")
        expect(dialog(office)).to_contain_text("Links with the old id keep working.")
        studio.take(office, "edit-event", around=dialog(office))
        dialog(office).get_by_role("button", name="Cancel", exact=True).click()
        expect(dialog(office)).to_have_count(0)
        run(office, "/payment-status edit 2026-05-24-golden-gate-sunset cancel because a storm is coming")
        expect(dialog(office)).to_have_accessible_name("Cancel event")
        studio.take(office, "cancel-event", around=dialog(office))
        dialog(office).get_by_role("button", name="Keep it").click()
        expect(dialog(office)).to_have_count(0)


def a_moved_patron(studio: Studio) -> None:
    """Show what goes along to another trip, and the form that settles a cancelled trip. Nothing is moved or settled."""
    with studio.seat("U0OLIVIA", "C0OFFICE", **TALL) as office:
        run(office, "/payment-status ines")
        answer(office).get_by_role("button", name="Move to another trip…").click()
        pick(office, "New trip", "sunset")
        dialog(office).get_by_role("button", name="Next").click()
        expect(dialog(office).get_by_role("button", name="Move", exact=True)).to_be_visible()
        expect(dialog(office)).to_contain_text("Due on the new trip")
        studio.take(office, "move-patron", around=dialog(office))
        dialog(office).get_by_role("button", name="Cancel", exact=True).click()
        run(office, "/payment-status edit 2026-05-24-golden-gate-sunset cancel because a storm is coming")
        dialog(office).get_by_role("button", name="Cancel the event").click()
        dialog(office).get_by_role("button", name="Settle money…").click()
        expect(dialog(office)).to_have_accessible_name("Settle money")
        studio.take(office, "settle-money", around=dialog(office))
        dialog(office).get_by_role("button", name="Cancel", exact=True).click()
        dialog(office).get_by_role("button", name="Bring back…").click()
        dialog(office).get_by_role("button", name="Bring it back").click()
        expect(dialog(office)).to_contain_text("Takes place again")
        for _ in range(2):  # the form above, and the cancelled event below it
            dialog(office).get_by_role("button", name="Done", exact=True).click()
        expect(dialog(office)).to_have_count(0)
