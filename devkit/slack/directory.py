"""The Web API methods users.info, usergroups.users.list and conversations.info (docs.slack.dev/reference/methods)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from devkit.slack import arguments
from devkit.slack.modals import MethodRefused
from devkit.slack.people import BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TIMEZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.people import Channel, Human
    from devkit.slack.state import WorkspaceState
    from devkit.slack.wire import JSON


def _user(workspace: WorkspaceState, human: Human) -> JSON:
    """Return a person as Slack describes them (docs.slack.dev/reference/objects/user-object).

    For deactivated people, only the profile contains a name. `is_stranger` is present only for people of other
    workspaces who share no channel with the app.
    """
    if_active = {"real_name": human.name, "tz": TIMEZONE, "is_admin": human.is_admin}
    enterprise_user = {
        "id": human.id,
        "enterprise_id": human.enterprise_id,
        "enterprise_name": human.enterprise_name,
        "is_admin": human.is_admin,
        "is_owner": False,
        "teams": list(human.workspaces),
    }
    return {
        **({"enterprise_user": enterprise_user} if human.enterprise_id else {}),
        "id": human.id,
        "team_id": human.team_id,
        "name": human.handle,
        "deleted": human.deleted,
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": human.is_restricted,
        "is_ultra_restricted": human.is_ultra_restricted,
        "profile": {
            "real_name": human.name,
            "display_name": human.handle,
            "image_48": f"https://avatars.invalid/{hashlib.sha256(human.id.encode()).hexdigest()[:8]}.png",
            "team": human.team_id,
        },
        **({} if human.deleted else if_active),
        **({"is_stranger": True} if _is_stranger(workspace, human) else {}),
    }


def _is_stranger(workspace: WorkspaceState, human: Human) -> bool:
    """Return True for a person of another workspace who is in none of the app's channels."""
    members = [channel.members for channel in workspace.channels.values()]
    return human.is_outsider and not any({human.id, BOT_USER_ID} <= each for each in members)


def _bot_user(workspace: WorkspaceState) -> JSON:
    return {
        "id": BOT_USER_ID,
        "team_id": TEAM_ID,
        "name": TEAM_DOMAIN,
        "real_name": workspace.bot_name,
        "is_bot": True,
        "deleted": False,
    }


def _users_info(workspace: WorkspaceState, args: JSON) -> JSON:
    user = arguments.required(args, "user", "user_not_found")
    if user == BOT_USER_ID:
        return {"user": _bot_user(workspace)}
    if user not in workspace.people:
        raise MethodRefused("user_not_found")
    return {"user": _user(workspace, workspace.people[user])}


def _channel(channel: Channel) -> JSON:
    is_direct = channel.id.startswith("D")
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not is_direct,
        "is_im": is_direct,
        "is_private": is_direct,
        "is_archived": False,
        "is_ext_shared": channel.is_ext_shared,
        "is_member": BOT_USER_ID in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
    }


def _conversations_info(workspace: WorkspaceState, args: JSON) -> JSON:
    return {"channel": _channel(arguments.channel_of(workspace, args))}


def _usergroup_users(workspace: WorkspaceState, args: JSON) -> JSON:
    group = workspace.user_groups.get(arguments.required(args, "usergroup"))
    if group is None:
        raise MethodRefused("no_such_subteam")
    return {"users": list(group.users)}


METHODS: Final[Mapping[str, Callable[[WorkspaceState, JSON], JSON]]] = {
    "users.info": _users_info,
    "usergroups.users.list": _usergroup_users,
    "conversations.info": _conversations_info,
}
