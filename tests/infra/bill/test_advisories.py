"""`infra advisories`: what a feed knows of the pins, and the dates that stand in for one."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from devkit.aws import ROOT
from infra.bill import advisories
from infra.bill.looked_at import ASKED, FILE, PINNED, read_looks
from infra.bill.pins import every_pin
from infra.main import main
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

KEYS: Final = {pin.key for _, pin in every_pin(ROOT)}
NOWHERE: Final = "http://127.0.0.1:9"
KNOWN: Final = {
    "GHSA-made-up": {
        "id": "GHSA-made-up",
        "aliases": ["CVE-2026-0001"],
        "summary": "A made-up hole",
        "affected": [
            {
                "package": {"name": "urllib3", "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
            }
        ],
    }
}


@contextmanager
def feed(named: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A feed in OSV's form, and what it was asked. It knows one advisory, about `named`, on a second page."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's own name
            queries = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
            asked.extend(queries)
            self._answer({"results": [self._result(each) for each in queries]})

        def do_GET(self) -> None:  # likewise
            self._answer(KNOWN[self.path.removeprefix("/v1/vulns/")])

        def _result(self, query: dict[str, Any]) -> dict[str, Any]:
            if query["package"] != {"name": named, "ecosystem": "PyPI"}:
                return {}
            return {"vulns": [{"id": "GHSA-made-up"}]} if "page_token" in query else {"next_page_token": "two"}

        def _answer(self, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["advisories", *arguments], env={"OSV_URL": url})


def test_each_pin_has_the_day_on_which_it_was_last_looked_at() -> None:
    assert read_looks(FILE).keys() == KEYS, "after a change of a pin: make lock, or python -m infra advisories --record"


def test_a_known_advisory_is_shown_with_its_fix_and_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "looked-at.txt"
    shutil.copy(FILE, file)
    with feed("urllib3") as (url, asked):
        result = run(url, "--record", "--file", str(file))
        assert result.exit_code == 1
        assert (
            "GHSA-made-up (CVE-2026-0001). A made-up hole. Fixed in 99.0. It is pinned by requirements.txt"
            in result.stdout
        )
        assert {
            f"{each['package']['ecosystem'].lower()}:{each['package']['name']}=={each['version']}" for each in asked
        } == KEYS
        looks, before = read_looks(file), read_looks(FILE)
        (known,) = [key for key in KEYS if key.startswith("pypi:urllib3==")]
        assert {key for key, look in looks.items() if look.how == ASKED} == KEYS - {known}
        assert looks[known] == before[known]
        monkeypatch.setitem(advisories.ACCEPTED, "CVE-2026-0001", "it is made up.")
        result = run(url)
        assert result.exit_code == 0
        assert "It does not concern this product: it is made up." in result.stderr
    with feed() as (url, _):
        result = run(url)
    assert (result.exit_code, result.stdout) == (0, f"No advisory is known for {len(KEYS)} pins.\n")


def test_without_a_feed_the_dates_are_said_and_what_is_new_is_dated(tmp_path: Path) -> None:
    result = run(NOWHERE)
    days = sorted(look.day for look in read_looks(FILE).values())
    assert result.exit_code == 0
    assert f"{NOWHERE} cannot be asked from here (URLError: [Errno 111] Connection refused)" in result.stderr
    assert f"The pins were last looked at between {days[0]} and {days[-1]}." in result.stderr
    assert run(NOWHERE, "--strict").exit_code == 1
    file, kept = tmp_path / "looked-at.txt", sorted(KEYS)[1]
    file.write_text(f"pypi:gone==1.0 2026-01-01 pinned\n{kept} 2026-01-02 asked\n")
    assert run(NOWHERE, "--record", "--offline", "--file", str(file)).exit_code == 0
    looks = read_looks(file)
    assert looks.keys() == KEYS
    assert (looks[kept].day.isoformat(), looks[kept].how) == ("2026-01-02", ASKED)
    assert {look.how for key, look in looks.items() if key != kept} == {PINNED}
    for line in ("six", "six 2026-13-01 pinned", "six 2026-01-01 guessed"):
        file.write_text(line)
        with pytest.raises(Stopped, match=r"Line 1 of looked-at[.]txt"):
            read_looks(file)
