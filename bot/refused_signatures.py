"""Notice a wrong signing secret: then Slack's own requests are refused, and nothing else shows it.

Strangers send unsigned requests to any address, which alarm nobody. A refused request counts where it has the form of
Slack's signature, a time of now, and names this app's workspace.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Final

from charter.references import as_logged

if TYPE_CHECKING:
    from slack_bolt.request import BoltRequest

log = logging.getLogger(__name__)

REFUSED: Final = "slack_signature_refused"
"""The word in the log that infra/template.yaml counts for SigningSecretAlarm."""
_SIGNATURE: Final = re.compile("v0=[0-9a-f]{64}")
_FIVE_MINUTES: Final = 300  # Slack's limit for the age of a request


def note_refused(request: BoltRequest, *, team_id: str | None, request_id: str) -> None:
    """Log a request that was refused for its signature, if it looks like Slack's.

    `team_id` is the workspace of this app; with None, a request of any workspace counts.
    """
    signature, sent = _header(request, "x-slack-signature"), _header(request, "x-slack-request-timestamp")
    if not _SIGNATURE.fullmatch(signature) or not sent.isdecimal() or abs(time.time() - int(sent)) > _FIVE_MINUTES:
        return
    workspace = request.context.team_id
    if workspace and team_id in (None, workspace):
        log.warning("%s %s", as_logged(request_id), REFUSED)


def _header(request: BoltRequest, name: str) -> str:
    return str((request.headers.get(name) or [""])[0])
