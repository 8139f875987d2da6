"""`/payment-status version`: says which release serves. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import words
from bot.access import check_admin
from bot.text import escape
from charter.released import LATEST
from charter.version import VERSION

if TYPE_CHECKING:
    from datetime import tzinfo

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services
    from charter.released import RunningRelease

_DEPLOY = "deploy "  # the start of the description of what infra/deploying publishes


def show(ack: Ack, context: BoltContext, *, services: Services) -> None:
    """Answer with what is known of the release, and what is not. Raises NotAllowed."""
    check_admin(context, words.VERSION_FOR_ADMINS)
    ack(response_type="ephemeral", text="\n".join(_lines(services.read_running(), services.settings.zone)))


def _lines(running: RunningRelease, zone: tzinfo) -> list[str]:
    product = f"*Ship Captain Crew {VERSION}*"
    if not running.function:
        return [f"{product}, outside Lambda. When it was released is not known here."]
    function = escape(running.function)
    if running.version == LATEST:
        unpublished = (
            f"{product}, unpublished code of the function `{function}`. When it was released is not known here: only a "
            "published version has a moment. `python -m infra deploy` publishes one."
        )
        return [unpublished]
    lines = [f"{product}, version {escape(running.version)} of the function `{function}`."]
    if running.modified is None:
        lines.append(f"When it was published is not known: Lambda did not say ({escape(running.unread)}).")
    else:
        moment = running.modified.astimezone(zone)
        by = f", by {escape(running.description)}" if running.description.startswith(_DEPLOY) else ""
        lines.append(f"Published {moment:%a} {moment.day} {moment:%b %Y, %H:%M}{by}.")
    lines.append(
        "Since when it serves is not recorded: a rollback goes back to a version that was published earlier. "
        "`python -m infra status` shows the other functions, and the deploys of a machine."
    )
    return lines
