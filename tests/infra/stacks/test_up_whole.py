"""`infra up` with the real template: everything stands, with its page, after one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack import people
from infra.page.site import site_files
from infra.stacks.up import PAGE
from tests.infra.stacks.building_site import SIGNING_SECRET, site, slack
from tests.infra.stacks.releasing import MODULES, saying
from tests.infra.standing import transformed

if TYPE_CHECKING:
    from tests.infra.stacks.building_site import BuildingSite

__all__ = ["site", "slack"]  # fixtures


def test_everything_stands_after_one_command_and_stays_as_it_is_after_the_next(
    site: BuildingSite, slack: dict[str, str]
) -> None:
    site.template, site.modules, site.zip_says = transformed(), MODULES, saying("one")
    result = site.up("--yes", environment=slack)
    assert result.exit_code == 0, result.output

    outputs = site.outputs
    functions = site.client("lambda")
    host = outputs["SiteUrl"].removeprefix("https://")
    for output in ("BotFunctionName", "WebFunctionName", "AnnounceFunctionName"):
        variables = functions.get_function_configuration(FunctionName=outputs[output])["Environment"]["Variables"]
        assert variables["PUBLIC_BASE_URL"] == f"https://{host}"
        assert outputs[output] in result.stdout
    bot = functions.get_function_configuration(FunctionName=outputs["BotFunctionName"])["Environment"]["Variables"]
    assert (bot["SLACK_BOT_TOKEN"], bot["SLACK_SIGNING_SECRET"]) == (people.BOT_TOKEN, SIGNING_SECRET)
    known = (bot["SLACK_TEAM_ID"], bot["SLACK_BOT_ID"], bot["SLACK_BOT_USER_ID"])
    assert known == (people.TEAM_ID, people.BOT_ID, people.BOT_USER_ID), "as Slack says"

    held = site.client("s3").list_objects_v2(Bucket=outputs["SiteBucketName"], Prefix="dispatch/")["Contents"]
    assert {each["Key"] for each in held} == {file.key for file in site_files(PAGE)}

    again = site.up("--yes")
    assert again.exit_code == 0, again.output
    assert "Nothing has to change" in again.stdout
    assert "The dispatch page is in place already" in again.stderr

    more = site.up("--yes", "--parameter", "OpsChannel=C0123456789")
    assert more.exit_code == 0, more.output
    changed = [line.split()[1] for line in more.stdout.splitlines() if line.startswith("  modify ")]
    assert "AnnounceFunction" in changed
    assert "EventsTable" not in changed
