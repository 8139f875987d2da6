"""The web function's entry: requests of each route, made hostile, and the checks of each answer."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from charter.roles import Role
from devkit.functions import LambdaContext, from_answer, to_event
from tests.builders import NOW
from tests.fuzz.bot import SECRETS
from tests.fuzz.cases import Case
from tests.fuzz.hostile import MARKUP
from tests.fuzz.steps import Step, a_step, a_step_of_bytes, changed, changed_bytes, some_steps
from tests.fuzz.web_shapes import shapes
from tests.fuzz.world import PUBLIC, TOKEN_SECRET
from web.tokens import Tokens

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from tests.fuzz.world import World

KINDS: Final = (
    "none",
    "empty",
    "another secret",
    "expired",
    "another audience",
    "crew",
    "no algorithm",
    "cut",
    "basic",
)
STATES: Final = frozenset({200, 201, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429})
PROBLEM: Final = {"type", "title", "status", "detail", "errors", "instance", "reference"}
NEUTRAL: Final = "#address:"
"""The key of the counters of signings by address. A refused signing counts too."""


@dataclass
class Web:
    """Requests of browsers, the office's page and other programs."""

    world: World
    name: str = "web"
    share: float = 24.0
    shapes: Sequence[tuple[str, Any]] = field(default_factory=shapes)

    def draw(self, rng: random.Random) -> Case:
        """Return a request with steps in its parts, its bytes, its token or its envelope."""
        place = rng.randrange(len(self.shapes))
        name, shape = self.shapes[place]
        kind = rng.random()
        if kind < 0.5 and shape["body"] is not None:
            within = some_steps(rng, "payload", shape["body"])
            steps = [replace(step, path=("body", *step.path)) for step in within]
        elif kind < 0.7:
            steps = some_steps(rng, "payload", shape)
        elif kind < 0.8:
            steps = [a_step_of_bytes(rng)]
        elif kind < 0.9:
            steps = [Step("headers", "token", value=rng.choice(KINDS))]
        else:
            steps = [a_step(rng, "event", to_event("GET", "/", "a=b", {"authorization": "x"}, b"{}"))]
        return Case(self.name, place, name, tuple(steps))

    def run(self, case: Case) -> list[str]:
        """Send the request and judge the answer."""
        shape = changed(self.shapes[case.shape][1], [step for step in case.steps if step.where == "payload"])
        how = next((str(step.value) for step in case.steps if step.where == "headers"), "admin")
        try:
            event = json.loads(json.dumps(_event(shape, how, case.steps)))
            answer = self.world.web.lambda_handler(event, LambdaContext(function_name="web"))
            status, headers, body = from_answer(json.loads(json.dumps(answer)))
            findings = [*self._findings(how, event, status, dict(headers), body)]
        except Exception as error:  # noqa: BLE001 - the finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            findings = [f"raised {type(error).__name__}: {error} at {where.filename}:{where.lineno}"]
        finally:
            self.world.reset()
        return findings

    def _findings(self, how: str, event: Any, status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
        world, kind = self.world, headers.get("content-type", "")
        if status not in STATES:
            yield f"status {status}: {body[:300]!r}"
        yield from (f"logged {line}" for line in world.errors.lines)
        yield from (f"showed the secret {secret[:4]}…" for secret in SECRETS if secret.encode() in body)
        yield from (f"split the header {name}" for name, value in headers.items() if set(value) & {"\r", "\n"})
        if kind.startswith("text/html") and MARKUP.encode() in body:
            yield "repeated markup as it was sent"
        if status >= 400 and not kind.startswith("text/html"):
            yield from _not_a_problem(status, kind, body)
        if len(body) > 400_000:
            yield f"answered with {len(body)} bytes"
        written = [row for row in world.tables.written if not row[1][0].startswith(NEUTRAL)]
        if written or world.buckets.objects:
            yield from self._wrong_writes(how, event, status, written)

    def _wrong_writes(self, how: str, event: Any, status: int, written: list[Any]) -> Iterator[str]:
        what = f"wrote {sorted(set(written))} {list(self.world.buckets.objects)}"
        if status >= 400:
            yield f"{what} and refused with {status}"
        http = event["requestContext"]["http"]
        if str(http.get("method")).upper() != "POST":
            yield f"{what} for a {http.get('method')}"
        if "payment-log" in str(event.get("rawPath")) and how not in {"admin", "basic"}:
            yield f"{what} with a token that is {how}"
        yield from (f"broke {remark}" for remark in self.world.tables.broken(self.world.events))


def _not_a_problem(status: int, kind: str, body: bytes) -> Iterator[str]:
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if kind != "application/problem+json" or not isinstance(problem, dict) or set(problem) != PROBLEM:
        yield f"{status} is no problem document: {kind} {body[:200]!r}"
    elif problem["status"] != status:
        yield f"{status} says {problem['status']}"


def _event(shape: Any, how: str, steps: Sequence[Step]) -> Any:
    """Return the function URL's event of a request, also where its parts are not what they should be."""
    whole = shape if isinstance(shape, dict) else {}
    path, query, headers = whole.get("path"), whole.get("query"), whole.get("headers")
    parts = [path] if isinstance(path, str) else path if isinstance(path, list) else []
    raw_path = "/" + "/".join(quote(str(part), safe="%", errors="surrogatepass") for part in parts)
    pairs = query.items() if isinstance(query, dict) else []
    raw_query = urlencode([(key, _as_text(value)) for key, value in pairs], errors="surrogatepass")
    given = {key: _as_text(value) for key, value in headers.items()} if isinstance(headers, dict) else {}
    if "authorization" in given:
        given |= _authorization(given.pop("authorization"), how)
    content = whole.get("body")
    body = b"" if content is None else json.dumps(content).encode()
    body = changed_bytes(body, [step for step in steps if step.where == "body"])
    event = to_event(str(whole.get("method")), raw_path, raw_query, given, body)
    return changed(event, [step for step in steps if step.where == "event"])


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _authorization(given: str, how: str) -> dict[str, str]:
    """Return the header with a token: a good one, another, or whatever a step has put in its place."""
    if given != "admin":
        return {"authorization": given}
    secret = "another-secret-of-at-least-32-bytes-of-it" if how == "another secret" else TOKEN_SECRET
    audience = "https://elsewhere.example.com" if how == "another audience" else PUBLIC
    made = NOW - timedelta(days=30) if how == "expired" else NOW
    tokens = Tokens(secret, audience, now=lambda: made)
    role = Role.CREW if how == "crew" else Role.ADMIN
    token = tokens.issue("U0OLIVIA", name="Olivia Park", role=role)
    match how:
        case "none":
            return {}
        case "empty":
            return {"authorization": "Bearer "}
        case "no algorithm":
            token = f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{token.split('.')[1]}."
        case "cut":
            token = token[:-4]
        case "basic":
            return {"authorization": f"Basic {token}"}
    return {"authorization": f"Bearer {token}"}
