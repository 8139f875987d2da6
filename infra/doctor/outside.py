"""The checks from outside: Slack's answer about the app, and the public addresses."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from infra.doctor.finding import BAD, TOKEN, bad, ok, unknown
from infra.slack.app import API, ask_slack
from infra.smoke.fetch import Unreachable, fetch, site_root
from infra.smoke.keys import Keys, make_token
from infra.smoke.run import SmokeTarget, smoke
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infra.deploying.targets import DeployTarget
    from infra.smoke.checks import SmokeCheck
    from infra.stacks.stack import Now

_PAGE: Final = b"log-payment-modal"  # in the dispatch page's HTML


def together(targets: Sequence[DeployTarget]) -> dict[str, str]:
    """Return the variables of all functions, as they serve."""
    return {name: value for target in targets for name, value in target.production.variables.items()}


def slack_checks(variables: Mapping[str, str]) -> Iterator[SmokeCheck]:
    """Check the bot token: valid, of the right workspace, and with the manifest's scopes."""
    token = variables.get("SLACK_BOT_TOKEN", "")
    if not token:
        yield bad("Slack's token", "no function has one", "Run `python -m infra up --renew slack_bot_token`.", TOKEN)
        return
    api = variables.get("SLACK_API_URL") or os.environ.get("SLACK_API_URL") or API
    try:
        app = ask_slack(token, api=api)
    except Stopped as refused:
        renew = "Install the app again, then run `python -m infra up --renew slack_bot_token`."
        yield bad("Slack's token", refused.message.partition(".")[0], renew, TOKEN)
        return
    if app is None:
        yield unknown("Slack's token", "Slack did not answer", "Look at status.slack.com, and run this again.")
        return
    team, home = app.parameters.get("SlackTeamId", ""), variables.get("SLACK_TEAM_ID", "")
    if home and team and home != team:
        remedy = "Set the stack's SlackTeamId, or renew the token."
        yield bad("Slack's token", f"it is of the workspace {team}, and SLACK_TEAM_ID is {home}", remedy, TOKEN)
    else:
        yield ok("Slack's token", f"valid in the workspace {team}")
    if app.lacks:
        remedy = "Paste the output of `python -m infra manifest --url URL` at api.slack.com/apps, and install it again."
        yield bad("Slack's scopes", f"the app lacks {', '.join(app.lacks)}", remedy, TOKEN)
    elif not app.scopes:
        yield unknown("Slack's scopes", "Slack's answer names none")
    else:
        yield ok("Slack's scopes", "all of the manifest")


def site_checks(
    now: Now, targets: Sequence[DeployTarget], url: str | None, bot_url: str | None
) -> Iterator[SmokeCheck]:
    """Make the checks of `smoke` at the address that people use, and open the dispatch page."""
    host, bot = now.parameters.get("PublicHost", ""), bot_url or now.outputs.get("BotUrl")
    url = site_root(url or (f"https://{host}" if host else now.outputs.get("SiteUrl", "")))
    variables = together(targets)
    secret = variables.get("ADMIN_TOKEN_SECRET")
    token = make_token(secret, audience=variables.get("PUBLIC_BASE_URL") or url) if secret else None
    keys = Keys(token, variables.get("SLACK_SIGNING_SECRET") or None)
    for check in smoke(SmokeTarget(url=url, bot_url=bot, keys=keys)):
        yield check if check.passed is not False else bad(check.name, check.detail, check.remedy, BAD)
    yield _page(url)


def _page(url: str) -> SmokeCheck:
    name = "dispatch page"
    try:
        answer = fetch("GET", f"{url}/dispatch")
    except Unreachable as error:
        return bad(name, str(error), "Check the address and the network.", BAD)
    if answer.status == HTTPStatus.OK and _PAGE in answer.body:
        return ok(name)
    remedy = "Run `python -m infra site rollback`, or `site stage` and `site promote`."
    return bad(name, f"{answer.status} {answer.kind}", remedy, BAD)
