"""HTML pages from the templates. Each is one document, whose content policy allows its script and style by hash."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler import Response

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from jinja2 import Environment

PRIVATE: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # anyone with a signed waiver's address can open it
    "x-robots-tag": "noindex",
}
_FOLDER: Final = Path(__file__).parent / "templates"
_STYLES: Final = ("waiver.css",)


def page(  # noqa: PLR0913 - what the template and its headers need, by name
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    scripts: tuple[str, ...] = (),
    styles: tuple[str, ...] = _STYLES,
    retry_after: int | None = None,
    form_action: str = "'none'",
    **content: Any,
) -> Response[str]:
    """Return the page that the template makes of `content`. `scripts` and `styles` are files beside the template.

    `form_action` is where its forms may be sent, in the words of a content policy.
    """
    style, script = _inline(styles), _inline(scripts) if scripts else None
    html = _templates().get_template(template).render(style=style, script=script, **content)
    headers = {**PRIVATE, "content-security-policy": _policy(style, script, form_action)}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return Response(status_code=status.value, content_type="text/html; charset=utf-8", headers=headers, body=html)


def notice(
    headline: str, what: str, then: str, *, status: HTTPStatus = HTTPStatus.OK, retry_after: int | None = None
) -> Response[str]:
    """Return a page of three sentences: what it is about, what happened, and what to do."""
    return page("notice.html", status=status, retry_after=retry_after, headline=headline, what=what, then=then)


def spoken(moment: datetime, zone: tzinfo) -> str:
    """Return the time as in `Saturday, May 23, 2026, 1:00 PM PDT`."""
    local = moment.astimezone(zone)
    return f"{local:%A, %B} {local.day}, {local.year}, {int(f'{local:%I}')}:{local:%M} {local:%p} {local:%Z}"


def _policy(style: str, script: str | None, form_action: str) -> str:
    scripts = f"script-src '{_hash(script)}'; connect-src 'self'; " if script else ""
    return (
        f"default-src 'none'; {scripts}style-src '{_hash(style)}'; img-src data:; "
        f"form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    )


def _hash(inline: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()


@cache
def _inline(names: tuple[str, ...]) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
