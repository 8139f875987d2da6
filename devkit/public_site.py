"""The public site: the web Lambda behind a function URL, the dispatch page, and CloudFront's routing before both."""

from __future__ import annotations

import importlib
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from devkit.aws import ROOT
from devkit.edge import Edge, read_distribution, read_template
from devkit.edge.origins import folder_bucket, function_origin, site_origin
from devkit.edge.signing import local_signer
from devkit.functions import FunctionUrl
from devkit.guard import LocalOnly, host_of
from devkit.listen import bind, listening

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from devkit.functions import Event, Handler

DISPATCH = ROOT / "web" / "dispatch"


@contextmanager
def public_site(
    listener: socket.socket, handler: Handler | None = None, *, page: Path = DISPATCH, url: str = ""
) -> Iterator[str]:
    """The site's address, which is the edge's; the function URL behind it takes the edge's requests alone.

    `handler` is `web_function.lambda_handler`, imported under the environment of this process, unless another is given.
    `url` is the address that links name, where a tunnel leads from there to here.
    Takes over the socket. Raises TemplateUnclear when the template says what the edge does not know.
    """
    distribution = read_distribution(read_template())
    if handler is None:
        handler = importlib.import_module("web_function").lambda_handler
    signer = local_signer()
    with ExitStack() as stack:
        function_url = FunctionUrl(one_at_a_time(handler), name="web", admit=signer.accepts)
        web = stack.enter_context(listening(LocalOnly(function_url, any_origin=True), bind(0)))
        origins = {
            "WebFunction": function_origin(web, signer=signer),
            "SiteBucket": site_origin(folder_bucket(page)),
        }
        edge = LocalOnly(Edge(distribution, origins), also={host for host in [host_of(url)] if host})
        yield stack.enter_context(listening(edge, listener))


def one_at_a_time(handler: Handler) -> Handler:
    """The handler as one execution environment runs it: Lambda never gives it a second request before the first's end.

    Powertools' resolver keeps the current request in itself, and relies on that.
    """
    lock = threading.Lock()

    def locked(event: Event, context: Any) -> Any:  # noqa: ANN401  # whatever the handler answers
        with lock:
            return handler(event, context)

    return locked
