"""The public site: CloudFront's routing to the web Lambda's function URL and the dispatch page."""

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

    from devkit.edge.origins import Bucket
    from devkit.functions import Event, Handler

DISPATCH = ROOT / "web" / "dispatch"


@contextmanager
def public_site(
    listener: socket.socket, handler: Handler | None = None, *, bucket: Bucket | None = None, url: str = ""
) -> Iterator[str]:
    """Serve the public site until the block ends, and yield its address. The function URL accepts the edge only.

    `handler` defaults to `web_function.lambda_handler`, imported with this process's environment.
    `bucket` has the page's files, by default those of DISPATCH as they are at each request.
    `url` is the address in links, if a tunnel leads from there to here.
    Closes the socket. Raises TemplateUnclear if the template has something that the edge does not know.
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
            "SiteBucket": site_origin(bucket or folder_bucket(DISPATCH)),
        }
        edge = LocalOnly(Edge(distribution, origins), also={host for host in [host_of(url)] if host})
        yield stack.enter_context(listening(edge, listener))


def one_at_a_time(handler: Handler) -> Handler:
    """Return the handler under a lock, since a Lambda environment never runs two requests at once.

    Powertools' resolver relies on that: it stores the current request in a class.
    """
    lock = threading.Lock()

    def locked(event: Event, context: Any) -> Any:  # noqa: ANN401  # the handler's answer
        with lock:
            return handler(event, context)

    return locked
