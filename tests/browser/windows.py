"""Chromium's windows, which tests share one after another: opening one takes longer than loading most pages."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Frame

PATIENCE_MS: Final = 30_000
"""Generous: a machine under load is not a failure."""

_LASTING: Final = (
    *("add_init_script", "expose_binding", "expose_function", "once", "clock"),
    *("emulate_media", "set_viewport_size", "set_extra_http_headers", "set_default_timeout", "grant_permissions"),
)
"""Methods with a lasting effect on a page or its context. A test that calls one has its window closed."""


@dataclass
class _Window:
    """A page in a context of its own."""

    page: Page
    broken: list[str] = field(default_factory=list)
    """Errors of the page's script, and breaches of its content policy."""
    origins: set[str] = field(default_factory=set)
    """The sites that it showed."""

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on(
            "console", lambda said: self.broken.append(said.text) if "Content Security Policy" in said.text else None
        )
        self.page.on("framenavigated", self._note)

    def _note(self, frame: Frame) -> None:
        if (parts := urlsplit(frame.url)).netloc:
            self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def is_as_new(self) -> bool:
        """Empty the window. Return False if something of the test may be left in it."""
        page, context = self.page, self.page.context
        if context.pages != [page] or len(self.origins) > 1:
            return False
        try:
            page.evaluate("() => { sessionStorage.clear(); window.name = ''; }")
            page.goto("about:blank")
            page.mouse.move(-1, -1)
            page.unroute_all(behavior="ignoreErrors")
            context.unroute_all(behavior="ignoreErrors")
            context.set_offline(False)
            context.clear_cookies()
            devtools = context.new_cdp_session(page)
            for origin in self.origins:
                devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            devtools.detach()
        except Error:
            return False
        self.origins.clear()
        return True


class Windows:
    """The windows of one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._spare: defaultdict[str, list[_Window]] = defaultdict(list)

    @contextmanager
    def opened(self, **looks: Any) -> Iterator[Page]:
        """A window that remembers nothing; fails a test whose page's script broke or breached the content policy."""
        spare = self._spare[repr(looks)]
        window = spare.pop() if spare else self._open(looks)
        with _watched(window.page) as lasting:
            yield window.page
        if not lasting and window.is_as_new():
            spare.append(window)
        else:
            window.page.context.close()
        broken = window.broken.copy()
        window.broken.clear()
        assert not broken, broken

    def _open(self, looks: dict[str, Any]) -> _Window:
        # Playwright's routes do not see what a service worker answers, so only the worker's own tests have one.
        looks = {"service_workers": "block", **looks}
        context = self._browser.new_context(locale="en-US", timezone_id="America/Los_Angeles", **looks)
        context.set_default_timeout(PATIENCE_MS)
        return _Window(context.new_page())


@contextmanager
def _watched(page: Page) -> Iterator[list[str]]:
    """Yield the names of the block's lasting calls on this page or its context, whose new listeners end with it."""
    lasting: list[str] = []
    ours = (page, page.context)

    def noting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(self: Page | BrowserContext, *args: Any, **named: Any) -> Any:
            if self in ours:
                lasting.append(name)
            return call(self, *args, **named)

        return noted

    with ExitStack() as listeners, ExitStack() as stack:
        for kind in (Page, BrowserContext):
            for name in _LASTING:
                real: Any = getattr(kind, name, None)
                if isinstance(real, property) and real.fget:
                    stack.enter_context(mock.patch.object(kind, name, property(noting(name, real.fget))))
                elif real is not None:
                    stack.enter_context(mock.patch.object(kind, name, noting(name, real)))
            stack.enter_context(mock.patch.object(kind, "on", _removing(kind.on, ours, listeners)))
        yield lasting


def _removing(on: Callable[..., None], ours: tuple[Page, BrowserContext], listeners: ExitStack) -> Callable[..., None]:
    """Return `on`, which also registers the removal of what listens to this page or context in `listeners`."""

    def noted(self: Page | BrowserContext, event: Any, listener: Callable[..., Any]) -> None:
        on(self, event, listener)
        if self in ours:
            listeners.callback(self.remove_listener, event, listener)

    return noted
