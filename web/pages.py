"""HTML pages from the templates. Each is one document, whose content policy allows its script and style by hash."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler import Response

from web.languages import languages

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from web.languages import Visit

PRIVATE: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # anyone with a signed waiver's address can open it
    "x-robots-tag": "noindex",
}
_FOLDER: Final = Path(__file__).parent / "templates"
_STYLES: Final = ("waiver.css",)


def page(  # noqa: PLR0913 - what a page is made of, by name
    template: str,
    visit: Visit,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    scripts: tuple[str, ...] = (),
    styles: tuple[str, ...] = _STYLES,
    retry_after: int | None = None,
    form_action: str = "'none'",
    **content: Any,
) -> Response[str]:
    """Return the page that the template makes of `content`, in the visit's language.

    `scripts` and `styles` are files beside the template. `form_action` is where its forms may be sent, in the words of
    a content policy.
    """
    style, script = _inline(styles), _inline(scripts) if scripts else None
    html = (
        _templates()
        .get_template(template)
        .render(style=style, script=script, visit=visit, words=visit.language, languages=languages(), **content)
    )
    headers = {**PRIVATE, "content-security-policy": _policy(style, script, form_action)}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return Response(status_code=status.value, content_type="text/html; charset=utf-8", headers=headers, body=html)


def notice(
    visit: Visit, about: str, *, status: HTTPStatus = HTTPStatus.OK, retry_after: int | None = None, **facts: object
) -> Response[str]:
    """Return a page of three sentences: what it is about, what happened, and what to do.

    `about` is the table of the language's file that has them; `facts` fills them in.
    """
    headline, what, then = (visit.language.say(f"{about}.{name}", **facts) for name in ("headline", "what", "then"))
    return page("notice.html", visit, status=status, retry_after=retry_after, headline=headline, what=what, then=then)


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

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(isolated=_isolated, strong=_strong)
    return environment


def _isolated(text: str) -> Markup:
    """Return what people typed as HTML that the direction of the text around it does not change."""
    from markupsafe import Markup

    return Markup("<bdi>{}</bdi>").format(text)


def _strong(text: str) -> Markup:
    from markupsafe import Markup

    return Markup("<strong>{}</strong>").format(_isolated(text))
