"""The pictures of what the office changes about an event: its time, and that it is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from devkit.driving import TALL, dialog, run

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
