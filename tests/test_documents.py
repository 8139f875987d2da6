"""The documents are correct where a machine can check it: links, commands, variables, targets."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from announce.settings import AnnounceSettings
from bot import words
from bot.settings import BotSettings
from devkit.screenshots import LARGEST, PICTURES
from web.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = (ROOT / "README.md").read_text()
CONTRIBUTING: Final = (ROOT / "CONTRIBUTING.md").read_text()
ENVIRONMENT: Final = (ROOT / "docs" / "environment.md").read_text()
MAKEFILE: Final = (ROOT / "Makefile").read_text()

_LINK: Final = re.compile(r"""\]\(([^)\s]+)\)|(?:src|href)="([^"]+)\"""")
_FENCE: Final = re.compile(r"```.*?```", re.DOTALL)
_TARGET: Final = re.compile(r"^([a-z][a-z-]*):(?!=)(.*)$", re.MULTILINE)
_PATH: Final = re.compile(r"`([a-z_.]+(?:/[\w.-]+)*(?:/|\.(?:py|md|yaml|js|in)))`")
_SLASH: Final = re.compile(r"(?<![\w./:<}])(/[a-z]+(?:-[a-z]+)*)(?=[ `\n])")

# Put together from parts, so that this file does not hold what it forbids.
FORBIDDEN: Final = {
    "a folder of one machine": re.compile("/" + r"(?:work|home|root|Users)/[\w.]"),
    "a registry's host": re.compile(
        "(?:py" + r"pi\.org|pythonhosted\.org|registry\.npm" + r"js\.org|deb\.debian\.org)"
    ),
}


def files_of_the_project(*patterns: str) -> list[Path]:
    """Return the files that git keeps or would keep, by pathspec; none that is ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603 - git, and our own patterns
    return [path for path in (ROOT / name for name in listed) if path.is_file()]


def documents() -> list[Path]:
    return files_of_the_project("*.md")


def guides() -> dict[str, str]:
    """Return the pages for people, by their path in the project: all documents but the changelog and the decisions."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")]
    return {page.relative_to(ROOT).as_posix(): page.read_text() for page in pages}


def links_in(text: str) -> list[str]:
    """The targets of Markdown's links and pictures and of HTML's, outside fenced code."""
    return [markdown or html for markdown, html in _LINK.findall(_FENCE.sub("", text))]


def headings_in(text: str) -> set[str]:
    """The anchors that a reader of the rendered page can be sent to."""
    found = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def broken_links(document: Path, text: str) -> Iterator[str]:
    for link in links_in(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = document.parent / target if target else document
        if not path.exists() or (anchor and anchor not in headings_in(path.read_text())):
            yield link


def slash_commands_in(text: str) -> set[str]:
    """Match what looks like a slash command, `/log-payment dave`, but neither a path nor an address."""
    return set(_SLASH.findall(text))


def paths_in(text: str) -> set[str]:
    """Return the files and folders of the project that the text names in backticks, as `bot/app.py` or `charter/`."""
    return {path for path in _PATH.findall(_FENCE.sub("", text)) if not path.startswith((".local", ".venv", "_"))}


def targets_in(makefile: str) -> dict[str, str]:
    """Return the targets that a person types, each with the text behind its colon."""
    return {name: rest for name, rest in _TARGET.findall(makefile) if "$" not in name}


def listed_variables(page: str) -> dict[str, set[str]]:
    """Return the names in the first column of the environment table, with the Lambdas in the second."""
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| `")]
    return {
        name: set(readers.strip().split(", ")) for cell, readers in rows for name in re.findall(r"`([A-Z_]+)`", cell)
    }


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_picture_leads_somewhere(document: Path) -> None:
    assert list(broken_links(document, document.read_text())) == []


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here it is\n")
    text = "# Here it is\n[a](page.md#here-it-is) [b](page.md#gone) ![c](gone.png) [d](#gone) [e](https://x.example)"
    assert list(broken_links(page, text)) == ["page.md#gone", "gone.png", "#gone"]
    assert list(broken_links(page, '<img src="gone.png" alt="">')) == ["gone.png"]


def test_every_path_that_a_document_names_is_there() -> None:
    # The changelog names files as they were at the time. The site's files are named as its pages do.
    missing = {
        (document.relative_to(ROOT).as_posix(), path)
        for document in documents()
        if document.name != "CHANGELOG.md"
        for path in paths_in(document.read_text())
        if not any((near / path).exists() for near in (ROOT, document.parent, ROOT / "web"))
    }
    assert missing == set()


def test_a_path_to_nowhere_is_found() -> None:
    text = "`bot/gone.py`, `charter/`, `.venv/bin/python`, `_staging/`, `admin_token.py`, `make run`, `docs/x.md`"
    assert paths_in(text) == {"bot/gone.py", "charter/", "admin_token.py", "docs/x.md"}


def test_every_make_command_of_the_documents_is_in_the_makefile() -> None:
    named = {name for text in guides().values() for name in re.findall(r"(?:`|^|\n)make ([a-z][a-z-]*)", text)}
    assert {"run", "test", "screenshots"} <= named
    assert named <= set(targets_in(MAKEFILE))


def test_contributing_lists_every_target_of_the_makefile_and_each_has_a_line_of_help() -> None:
    targets = targets_in(MAKEFILE)
    assert [name for name, rest in targets.items() if "## " not in rest] == []
    assert {name for name in targets if f"make {name}" not in CONTRIBUTING} == {"help"}, "`make` alone is help"


def test_the_readme_names_the_two_commands_and_is_short() -> None:
    assert {"make run", "make test"} <= set(re.findall(r"^make [a-z]+", README, re.MULTILINE))
    assert len(README.split()) < 1_000, "one page: the rest is in docs/"


def test_the_readme_leads_to_every_page() -> None:
    unnamed = guides().keys() - {"README.md"} - {link.partition("#")[0] for link in links_in(README)}
    assert unnamed == set()


def test_the_documents_name_the_bots_commands_and_no_others() -> None:
    assert slash_commands_in("type `/dispatch now`, not `tests/bot`, https://x.example/a or /g/x/waiver ") == {
        "/dispatch"
    }
    assert slash_commands_in(README) == set(words.HELP)
    slacks_own = {"/invite"}
    assert set().union(*map(slash_commands_in, guides().values())) - slacks_own == set(words.HELP)


def test_every_stage_in_contributing_is_a_fixture_of_the_folder_beside_it() -> None:
    table = CONTRIBUTING.partition("### The test stages")[2].partition("\n### ")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| `")]
    assert len(rows) > 10, "the table was not found"
    for names, _, where in rows:
        place = ROOT / where.strip().strip("`")
        sources = "".join(path.read_text() for path in ([place] if place.is_file() else sorted(place.rglob("*.py"))))
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"@pytest\.fixture[^\n]*\ndef {name}\(", sources), f"{name} is no fixture in {where}"


def test_the_environment_table_names_exactly_what_each_lambda_reads() -> None:
    lambdas: dict[str, type[BotSettings | WebSettings | AnnounceSettings]] = {
        "bot": BotSettings,
        "web": WebSettings,
        "announce": AnnounceSettings,
    }
    listed = listed_variables(ENVIRONMENT)
    for name, settings in lambdas.items():
        read = {setting.name.upper() for setting in fields(settings)}
        by_lambda_itself = {variable for variable in read if variable.startswith("AWS_LAMBDA_")}
        assert {variable for variable, readers in listed.items() if name in readers} == read - by_lambda_itself
    assert set().union(*listed.values()) == set(lambdas)


def test_the_defaults_in_the_environment_table_are_the_bots_own() -> None:
    settings = {setting.name.upper(): setting.default for setting in fields(BotSettings)}
    for name in ("SLACK_API_URL", "CURRENCY"):
        assert re.search(rf"^\| `{name}` .*`{re.escape(str(settings[name]))}` \|$", ENVIRONMENT, re.MULTILINE)
    methods = settings["PAYMENT_METHODS"]
    assert isinstance(methods, tuple)
    assert f"`{','.join(methods)}`" in ENVIRONMENT


def test_every_decision_is_listed() -> None:
    records = {path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    listed = links_in((ROOT / "docs" / "adr" / "README.md").read_text())
    assert sorted(records) == sorted(listed), "docs/adr/README.md lists each record once"


def test_the_documents_show_every_picture_and_none_is_too_large() -> None:
    pictures = {path.resolve(): path.stat().st_size for path in PICTURES.rglob("*") if path.is_file()}
    shown = {
        target
        for page, text in guides().items()
        for link in links_in(text)
        if (target := (ROOT / page).parent.joinpath(link).resolve()).is_relative_to(PICTURES.resolve())
    }
    assert set(pictures) == shown
    assert {path.name for path, size in pictures.items() if size > LARGEST} == set()


@pytest.mark.parametrize(("page", "text"), guides().items(), ids=guides().keys())
def test_every_picture_says_what_it_shows(page: str, text: str) -> None:
    assert re.findall(r"!\[\]\(|<img(?![^>]* alt=\"[^\"]{10,})", text) == [], page


def test_no_document_cites_a_document_that_its_reader_does_not_have() -> None:
    cited = [path for path, text in guides().items() if re.search(r"(?i)\(design[,)]|\bthe design\b", text)]
    cited += [path.name for path in (ROOT / "docs" / "adr").glob("*.md") if "the design" in path.read_text()]
    assert cited == []


def test_nothing_names_a_place_that_readers_do_not_have() -> None:
    texts = files_of_the_project(
        "*.md", "*.py", "*.js", "*.css", "*.html", "*.toml", "*.txt", "*.in", "*.json", "Makefile", ".ci"
    )
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in texts
        for what, pattern in FORBIDDEN.items()
        if pattern.search(path.read_text())
    ]
    assert found == []
    assert FORBIDDEN["a folder of one machine"].search("see /" + "work/x")
    assert FORBIDDEN["a registry's host"].search("https://registry.npm" + "js.org/dynalite")


def test_each_message_that_going_live_explains_is_one_of_the_command_line() -> None:
    table = (ROOT / "docs" / "going-live.md").read_text().partition("## When it stops")[2].partition("\n## ")[0]
    sources = [*(ROOT / "infra").rglob("*.py"), *(ROOT / "terminal").rglob("*.py")]
    # A message may go on in the next line of the source.
    said = re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in sources))
    messages = re.findall(r"`([^`]+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "|" in line))
    parts = [part.strip(" .") for message in messages for part in re.split("…|EventsTable", message)]
    assert len(messages) > 5, "the table was not found"
    assert [part for part in parts if part not in said] == []
