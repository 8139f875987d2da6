"""A page that lists the mail sent to the embedded SES, newest first. The mail never leaves this machine.

The page has buttons that post the morning digest and mail the patrons' reminders, as EventBridge Scheduler does. Each
mail's HTML is in a frame of its own, in which no script runs and nothing is fetched.
"""

from __future__ import annotations

import html
import json
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from devkit.guard import LocalOnly

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

PAGE: Final = Path(__file__).parent / "page"
_PLAIN: Final = '<pre style="margin: 0; white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>'
_SEALED: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

Mail = dict[str, Any]


def sent_mail(endpoint: str) -> list[Mail]:
    """Return the mail sent to the embedded SES, newest first: id, from, to, subject, text, html, at (Unix seconds).

    SES keeps mail only while it runs. Raises OSError if it does not answer.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{endpoint}/_ministack/ses/messages", timeout=5) as answer:
        held = json.loads(answer.read())["messages"]
    mails = [
        {
            "id": mail["MessageId"],
            "from": mail["Source"],
            "to": mail["To"],
            "subject": mail["Subject"],
            "text": mail["BodyText"],
            "html": mail["BodyHtml"] or "",
            "at": mail["Timestamp"],
        }
        for account in held.values()
        for mail in account
    ]
    return sorted(mails, key=lambda mail: float(mail["at"]), reverse=True)


def outbox(
    mail: Callable[[], list[Mail]], digest: Callable[[], bool], reminders: Callable[[], bool] = lambda: False
) -> ASGIApp:
    """Return the page's app. `mail()` returns the mail.

    `digest()` posts the morning digest, and `reminders()` mails those that are due. Both return their success.
    """

    async def index(_request: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def mails(_request: Request) -> Response:
        found = await run_in_threadpool(mail)
        listed = [{name: value for name, value in each.items() if name != "html"} for each in found]
        return JSONResponse(listed, headers={"Cache-Control": "no-store"})

    async def body(request: Request) -> Response:
        wanted = request.path_params["id"]
        found = next((each for each in await run_in_threadpool(mail) if each["id"] == wanted), None)
        if found is None:
            return PlainTextResponse("There is no such mail.", 404)
        shown = found["html"] or _PLAIN.format(html.escape(found["text"]))
        return HTMLResponse(shown, headers={"Content-Security-Policy": _SEALED})

    return LocalOnly(
        Starlette(
            routes=[
                Route("/", index),
                Route("/mails", mails),
                Route("/mails/{id}", body),
                Route("/digest", _does(digest), methods=["POST"]),
                Route("/reminders", _does(reminders), methods=["POST"]),
                Mount("/page", StaticFiles(directory=PAGE)),
            ]
        )
    )


def _does(start: Callable[[], bool]) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a button that starts something, and answers its success."""

    async def answer(_request: Request) -> Response:
        return JSONResponse({"ok": await run_in_threadpool(start)})

    return answer
