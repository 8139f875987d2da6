"""Requests in the shapes that the public tests of Slack's SDKs have, with our own people, ids and words.

The sources are the scenario tests of slackapi/bolt-python, the tests and `json-logs` of slackapi/java-slack-sdk, and
the unit tests of slackapi/bolt-js. They differ from what the strict Slack sends: older shapes leave fields out, and
those of Enterprise organisations and of Slack Connect have more of them.
"""

from __future__ import annotations

from typing import Any, Final

from devkit.people import ENTERPRISE_ID, ENTERPRISE_NAME, OTHER_TEAM_ID
from devkit.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, VERIFICATION_TOKEN

JSON = dict[str, Any]

_TEAM: Final = {"id": TEAM_ID, "domain": TEAM_DOMAIN}
_HARBOR: Final = {"id": ENTERPRISE_ID, "name": ENTERPRISE_NAME}
_DOCK: Final = {"id": "C0DOCK", "name": "dock"}

ENVELOPES: Final[dict[str, JSON]] = {
    "of one workspace": {"team": _TEAM, "api_app_id": APP_ID, "enterprise": None, "is_enterprise_install": False},
    "from before organisations": {"team": _TEAM},
    "of a workspace in an organisation": {
        "team": {**_TEAM, "enterprise_id": ENTERPRISE_ID, "enterprise_name": ENTERPRISE_NAME},
        "api_app_id": APP_ID,
        "enterprise": _HARBOR,
        "is_enterprise_install": False,
    },
    "of an app installed in a whole organisation": {
        "team": None,
        "api_app_id": APP_ID,
        "enterprise": _HARBOR,
        "is_enterprise_install": True,
    },
}
"""The fields around an interaction, by the kind of installation."""

OF_ANOTHER_WORKSPACE: Final[JSON] = {
    "team": {
        "id": OTHER_TEAM_ID,
        "domain": "other-boats",
        "enterprise_id": "E0OTHER",
        "enterprise_name": "Other Boats",
    },
    "api_app_id": APP_ID,
    "enterprise": {"id": "E0OTHER", "name": "Other Boats"},
}

COMMANDS: Final[dict[str, JSON]] = {
    "of one workspace": {"api_app_id": APP_ID, "is_enterprise_install": "false"},
    "from before organisations": {},
    "of a workspace in an organisation": {
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "enterprise_id": ENTERPRISE_ID,
        "enterprise_name": ENTERPRISE_NAME,
    },
    "of an app installed in a whole organisation": {
        "api_app_id": APP_ID,
        "is_enterprise_install": "true",
        "enterprise_id": ENTERPRISE_ID,
        "enterprise_name": ENTERPRISE_NAME,
    },
    "in a direct message": {"channel_id": "D0DANA", "channel_name": "directmessage"},
    "in a private channel": {"channel_id": "G0CREW", "channel_name": "privategroup"},
    "in a channel shared with another workspace": {
        "is_enterprise_install": "false",
        "context_team_id": OTHER_TEAM_ID,
        "context_enterprise_id": "E0OTHER",
    },
}
"""The fields of a slash command that vary."""

SSL_CHECK: Final = {"token": VERIFICATION_TOKEN, "ssl_check": "1"}


def user(person: str = "dana", *, team_id: str = TEAM_ID, **more: str) -> JSON:
    """Return a person as interactions name them."""
    return {"id": f"U0{person.upper()}", "username": person, "name": person, "team_id": team_id, **more}


def command(person: str, typed: str, text: str, **varying: Any) -> dict[str, str]:
    """Return the form fields of a slash command."""
    fields = {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": "C0DOCK",
        "channel_name": "dock",
        "user_id": f"U0{person.upper()}",
        "user_name": person,
        "command": typed,
        "text": text,
    }
    return {**fields, **varying}


def interaction(kind: str, who: JSON, envelope: JSON, **rest: Any) -> JSON:
    """Return an interaction of this type."""
    return {"type": kind, "user": who, "token": VERIFICATION_TOKEN, **envelope, **rest}


def a_message(text: str = "Dave paid 20 cash", **rest: Any) -> JSON:
    """Return Marco's message as a shortcut on it has it."""
    said = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "client_msg_id": "7d1cf0b0-0d0c-4f3e-9c4b-1f6f0a2d5a11",
        "type": "message",
        "text": text,
        "user": "U0MARCO",
        "ts": "1779566400.000200",
        "team": TEAM_ID,
        "blocks": [{"type": "rich_text", "block_id": "q3Z", "elements": [said]}],
        **rest,
    }


MESSAGES: Final[dict[str, JSON]] = {
    "of a person": a_message(),
    "in a thread": a_message(thread_ts="1779566300.000100", parent_user_id="U0DANA"),
    "that began a thread": a_message(
        thread_ts="1779566400.000200", reply_count=1, reply_users=["U0DANA"], subscribed=True
    ),
    "that was edited": a_message(edited={"user": "U0MARCO", "ts": "1779566410.000000"}),
    "with a picture": a_message(upload=False, files=[{"id": "F0SLIP", "mimetype": "image/png", "mode": "hosted"}]),
    "from another workspace": a_message(
        user="U0EVE", user_team=OTHER_TEAM_ID, source_team=OTHER_TEAM_ID, team=OTHER_TEAM_ID
    ),
    "from before blocks": {
        key: value for key, value in a_message().items() if key not in {"blocks", "client_msg_id", "team"}
    },
}
"""Messages of people, which a shortcut reads."""

MESSAGES_OF_APPS: Final[dict[str, JSON]] = {
    "of an app": a_message(
        user="U0TILLBOT",
        bot_id="B0TILL",
        app_id="A0TILL",
        bot_profile={"id": "B0TILL", "name": "till", "app_id": "A0TILL", "team_id": TEAM_ID, "deleted": False},
    ),
    "of a classic app": {
        "type": "message",
        "subtype": "bot_message",
        "text": "Dave paid 20 cash",
        "ts": "1779566400.000200",
        "username": "till",
        "bot_id": "B0TILL",
    },
    "of an app, in attachments": {
        "type": "message",
        "subtype": "bot_message",
        "text": "",
        "ts": "1779566400.000200",
        "bot_id": "B0TILL",
        "attachments": [{"id": 1, "color": "2b72cb", "fallback": "Dave paid 20 cash", "text": "Dave paid 20 cash"}],
    },
}

LEGACY: Final[dict[str, JSON]] = {
    "a menu in an attachment": {
        "type": "interactive_message",
        "callback_id": "pick_a_boat",
        "actions": [{"name": "boats", "type": "select", "selected_options": [{"value": "pinta"}]}],
        "channel": _DOCK,
        "action_ts": "1779566400.245369",
        "message_ts": "1779566300.000538",
        "attachment_id": "1",
        "is_app_unfurl": True,
        "original_message": {"text": "", "bot_id": BOT_ID, "attachments": [{"id": 1, "callback_id": "pick_a_boat"}]},
    },
    "a button in an attachment": {
        "type": "interactive_message",
        "callback_id": "approve",
        "actions": [{"name": "yes", "type": "button", "value": "1"}],
        "channel": _DOCK,
        "action_ts": "1779566400.245369",
        "message_ts": "1779566300.000538",
        "attachment_id": "2",
    },
    "a dialog that was sent": {
        "type": "dialog_submission",
        "callback_id": "pay",
        "submission": {"amount": "125", "method": "cash"},
        "state": "dave",
        "channel": _DOCK,
        "action_ts": "1779566400.328193",
    },
    "a dialog that was closed": {
        "type": "dialog_cancellation",
        "callback_id": "pay",
        "state": "dave",
        "channel": _DOCK,
        "action_ts": "1779566400.047897",
    },
    "a step of an old workflow": {
        "type": "workflow_step_edit",
        "callback_id": "log_payment",
        "workflow_step": {"workflow_id": "1", "step_id": "2", "inputs": {}, "outputs": []},
    },
    "a button of a custom step": {
        "type": "block_actions",
        "actions": [{"type": "button", "action_id": "approve", "block_id": "b", "value": "1", "action_ts": "1.2"}],
        "container": {"type": "message", "message_ts": "1779566300.000538", "channel_id": "C0DOCK"},
        "channel": _DOCK,
        "function_data": {"execution_id": "Fx0RUN", "function": {"callback_id": "log"}, "inputs": {"amount": "125"}},
        "interactivity": {"interactivity_pointer": "1.2.abc", "interactor": {"id": "U0DANA", "secret": "x"}},
    },
    "a button of an attachment's block": {
        "type": "block_actions",
        "actions": [{"type": "button", "action_id": "log_payment", "block_id": "b", "action_ts": "1.2"}],
        "container": {"type": "message_attachment", "message_ts": "1.2", "attachment_id": 1, "channel_id": "C0DOCK"},
        "app_unfurl": {"id": 1, "app_id": APP_ID, "fallback": "[no preview available]"},
    },
}
"""Interactions that this app has never offered."""

LEGACY_SUGGESTION: Final[JSON] = {"type": "dialog_suggestion", "callback_id": "pay", "name": "patron", "value": "da"}
"""A menu that this app has never offered, and that asks it for options."""


def event(happened: JSON, *, org_wide: bool = False, team_id: str = TEAM_ID, **rest: Any) -> JSON:
    """Return the envelope of an event."""
    authorized = {
        "enterprise_id": ENTERPRISE_ID if org_wide else None,
        "team_id": None if org_wide else TEAM_ID,
        "user_id": BOT_USER_ID,
        "is_bot": True,
        "is_enterprise_install": org_wide,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team_id,
        "api_app_id": APP_ID,
        "event": happened,
        "type": "event_callback",
        "event_id": "Ev0DOCK",
        "event_time": 1779566400,
        "authorizations": [authorized],
        "is_ext_shared_channel": False,
        **rest,
    }


_SAID: Final = {"channel": "C0DOCK", "ts": "1779566400.000200", "event_ts": "1779566400.000200"}
OTHER_EVENTS: Final[dict[str, JSON]] = {
    "a message": event({**a_message(), **_SAID, "channel_type": "channel"}),
    "a message of an app": event({**MESSAGES_OF_APPS["of a classic app"], **_SAID, "channel_type": "channel"}),
    "a message that was changed": event(
        {
            "type": "message",
            "subtype": "message_changed",
            "message": a_message(),
            "previous_message": a_message(),
            **_SAID,
        }
    ),
    "a mention": event({"type": "app_mention", "text": f"<@{BOT_USER_ID}> dave 125 cash", "user": "U0DANA", **_SAID}),
    "a reaction in a shared channel": event(
        {
            "type": "reaction_added",
            "user": "U0EVE",
            "reaction": "eyes",
            "item": {"type": "message", "channel": "C0DOCK"},
        },
        team_id=OTHER_TEAM_ID,
        is_ext_shared_channel=True,
        event_context="1-reaction_added-T0OTHER-C0DOCK",
    ),
    "somebody who changed their name": event({"type": "user_change", "user": {"id": "U0DANA", "name": "dana"}}),
    "tokens that were revoked": event(
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0DANA"], "bot": [BOT_USER_ID]}}
    ),
    "the app's removal": event({"type": "app_uninstalled"}),
    "a workspace that was let in": event({"type": "team_access_granted", "team_ids": [TEAM_ID]}, org_wide=True),
    "too many events": {
        "type": "app_rate_limited",
        "team_id": TEAM_ID,
        "minute_rate_limited": 1779566400,
        "api_app_id": APP_ID,
    },
}
"""Events to which this app does not subscribe."""
