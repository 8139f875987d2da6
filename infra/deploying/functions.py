"""One Lambda function after another: read, changed under its revision, published, invoked.

Every change carries the RevisionId that was read, so that it meets what we saw or nothing. A change whose answer was
lost, or whose repetition by the SDK met its own first try, is looked up: what counts is what stands there now.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError

from botocore.exceptions import BotoCoreError

from infra.asking import Refused, ask
from infra.deploying.states import Alias, State, differences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_lambda import LambdaClient

CONTESTED: Final = frozenset({"PreconditionFailedException", "ResourceConflictException"})
_MISSING: Final = frozenset({"ResourceNotFoundException"})
PATIENCE: Final = 300.0  # seconds for an update or a new version to settle


class Functions:
    """Lambda, as the commands need it. `pause` is the first wait between two looks at an update, in seconds."""

    def __init__(self, client: LambdaClient, *, pause: float = 0.25) -> None:
        self._client = client
        self._pause = pause

    def state(self, name: str, qualifier: str = "$LATEST") -> State | None:
        """A configuration, or None where there is none.

        Raises Refused also when the environment cannot be read: without the right to its key, Lambda leaves the values
        out, and what was merged from that would lose them all.
        """
        try:
            config = self._ask("GetFunctionConfiguration", FunctionName=name, Qualifier=qualifier)
        except Refused as refused:
            if refused.code in _MISSING:
                return None
            raise
        config.pop("ResponseMetadata", None)
        if (config.get("Environment") or {}).get("Error"):
            raise Refused(
                f"The environment of {name} cannot be read ({config['Environment']['Error'].get('ErrorCode')}). "
                "Nothing may be built on what is not seen; you need kms:Decrypt for the function's key."
            )
        return State(config)

    def code(self, state: State) -> bytes:
        """The zip of a state, whole: its hash is Lambda's own. The address it comes from is a secret, and not told."""
        place = self._ask("GetFunction", FunctionName=state.name, Qualifier=state.version).get("Code") or {}
        if not place.get("Location"):
            raise Refused(f"{state.name} has no zip that could be kept: it runs an image.")
        try:
            with urllib.request.urlopen(place["Location"], timeout=60) as answer:  # noqa: S310  # Lambda's own https address
                content: bytes = answer.read()
        except OSError as error:
            if isinstance(error, HTTPError):
                error.close()
            raise Refused(f"The code of {state.name} could not be fetched ({type(error).__name__}).") from None
        if base64.b64encode(hashlib.sha256(content).digest()).decode() != state.sha:
            raise Refused(f"The code of {state.name} that came is not the one that Lambda names. Try again.")
        return content

    def alias(self, function: str, name: str) -> Alias | None:
        """An alias, or None where there is none."""
        try:
            told = self._ask("GetAlias", FunctionName=function, Name=name)
        except Refused as refused:
            if refused.code in _MISSING:
                return None
            raise
        weights = (told.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return Alias(name, told["FunctionVersion"], told["RevisionId"], weights)

    def callers_of_latest(self, name: str) -> tuple[str, ...]:
        """Who is served by `$LATEST` itself, and so by no alias."""
        found = []
        if self._found("GetFunctionUrlConfig", name):
            found.append("its function URL")
        mappings = self._pages("ListEventSourceMappings", "EventSourceMappings", name)
        if any(len(str(mapping["FunctionArn"]).split(":")) == 7 for mapping in mappings):  # noqa: PLR2004  # no qualifier
            found.append("an event source")
        policy = json.loads(self._found("GetPolicy", name).get("Policy", "{}"))
        # Only what names the function itself: an emulator gives the alias's statements here too.
        if any(str(each.get("Resource", "")).endswith(f":function:{name}") for each in policy.get("Statement", ())):
            found.append("whoever its policy lets in")
        return tuple(found)

    def settled(self, name: str, qualifier: str = "$LATEST", *, however: bool = False) -> State:
        """The state once no update goes on and a version is ready. Raises Refused when that takes too long.

        Also when it failed, but not with `however`: a function whose last update failed is mended by the next.
        """
        deadline, pause = time.monotonic() + PATIENCE, self._pause
        while True:
            state = self.state(name, qualifier)
            if state is None:
                raise Refused(f"{name} has no {qualifier} any more.")
            ready = state.config.get("State", "Active")
            update = state.config.get("LastUpdateStatus", "Successful")
            if not however and (ready == "Failed" or (update == "Failed" and qualifier == "$LATEST")):
                code = state.config.get("StateReasonCode") or state.config.get("LastUpdateStatusReasonCode") or ready
                raise Refused(f"Lambda could not start {name} ({qualifier}): {code}. Its log says why.")
            if update != "InProgress" and (ready != "Pending" or qualifier == "$LATEST"):
                return state
            if time.monotonic() > deadline:
                raise Refused(f"{name} ({qualifier}) is still being updated after {PATIENCE:.0f} s.")
            time.sleep(pause)
            pause = min(pause * 1.5, 2.0)

    def set_configuration(self, before: State, settings: Mapping[str, Any]) -> State:
        """`$LATEST` with other settings, settled. Raises Refused when somebody else changed it since `before`."""
        return self._change("UpdateFunctionConfiguration", before, settings, State({**before.config, **settings}))

    def set_code(self, before: State, code: bytes) -> State:
        """`$LATEST` with that zip, settled. Raises Refused when somebody else changed it since `before`."""
        sha = base64.b64encode(hashlib.sha256(code).digest()).decode()
        return self._change(
            "UpdateFunctionCode", before, {"ZipFile": code}, State({**before.config, "CodeSha256": sha})
        )

    def publish(self, latest: State, description: str) -> State:
        """A version of exactly that `$LATEST`, ready to serve. Where nothing changed since the last, that one."""
        change = {"FunctionName": latest.name, "RevisionId": latest.revision, "CodeSha256": latest.sha}
        try:
            made = self._ask("PublishVersion", **change, Description=description)
        except Refused as refused:
            now = self.settled(latest.name)
            if not (refused.lost or refused.code in CONTESTED) or differences(latest, now):
                raise
            # Published or not, the same again gives the same version.
            change["RevisionId"] = now.revision
            made = self._ask("PublishVersion", **change, Description=description)
        version = self.settled(latest.name, made["Version"])
        strange = differences(latest, version)
        if strange:
            raise Refused(f"Version {version.version} of {latest.name} is not what was to be published: {strange}.")
        return version

    def move(self, function: str, alias: Alias, version: str, weights: Mapping[str, float] | None = None) -> None:
        """The alias to that version alone, or with `weights`. Raises Refused when somebody else moved it since."""
        change = {"FunctionName": function, "Name": alias.name, "RevisionId": alias.revision}
        routing = {"AdditionalVersionWeights": dict(weights or {})}
        try:
            self._ask("UpdateAlias", **change, FunctionVersion=version, RoutingConfig=routing)
        except Refused as refused:
            if not self._stands(refused, lambda: self.alias(function, alias.name), version, weights):
                raise

    def make_alias(self, function: str, name: str, version: str) -> None:
        """A new alias at that version."""
        try:
            self._ask("CreateAlias", FunctionName=function, Name=name, FunctionVersion=version)
        except Refused as refused:
            if not self._stands(refused, lambda: self.alias(function, name), version, None):
                raise

    def invoke(self, name: str, qualifier: str, event: Mapping[str, Any]) -> object:
        """What the handler returned. Raises Refused with the error's type when it raised; its text may hold a value."""
        told = self._ask("Invoke", FunctionName=name, Qualifier=qualifier, Payload=json.dumps(event).encode())
        try:
            answer = json.loads(told["Payload"].read() or b"null")
        except (BotoCoreError, OSError, ValueError) as error:
            raise Refused(f"The answer of {name}:{qualifier} could not be read ({type(error).__name__}).") from None
        if told.get("FunctionError"):
            kind = answer.get("errorType") if isinstance(answer, dict) else None
            raise Refused(f"{name}:{qualifier} raises {kind or told['FunctionError']}. Its log says why.")
        return answer

    def versions(self, name: str) -> dict[str, str]:
        """The description of each published version by its number, oldest first."""
        found = self._pages("ListVersionsByFunction", "Versions", name)
        published = {each["Version"]: each.get("Description", "") for each in found if each["Version"] != "$LATEST"}
        return dict(sorted(published.items(), key=lambda each: int(each[0])))

    def aliased(self, name: str) -> set[str]:
        """The versions that any alias points at, or gives a share to."""
        aliases = self._pages("ListAliases", "Aliases", name)
        shares = [(alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {} for alias in aliases]
        return {alias["FunctionVersion"] for alias in aliases}.union(*shares)

    def delete_version(self, name: str, version: str) -> None:
        """Lambda refuses it for a version that an alias points at."""
        if version == "$LATEST":
            raise ValueError("that would delete the function")
        self._ask("DeleteFunction", FunctionName=name, Qualifier=version)

    def _change(self, operation: str, before: State, change: Mapping[str, Any], wanted: State) -> State:
        revision = before.revision
        for is_last in (False, True):
            try:
                self._ask(operation, FunctionName=before.name, RevisionId=revision, **change)
            except Refused as refused:
                if not (refused.lost or refused.code in CONTESTED):
                    raise
                now = self.settled(before.name)
                if not differences(wanted, now):
                    return now
                if is_last or differences(before, now):
                    raise
                revision = now.revision  # a new one, though nothing is new: a permission or a publication makes it too
            else:
                break
        now = self.settled(before.name)
        strange = differences(wanted, now)
        if strange:
            raise Refused(f"Somebody else changes {before.name} at the same time: {', '.join(strange)}.")
        return now

    def _stands(
        self, refused: Refused, look: Callable[[], Alias | None], version: str, weights: Mapping[str, float] | None
    ) -> bool:
        if not (refused.lost or refused.code in CONTESTED):
            return False
        now = look()
        return now is not None and now.version == version and dict(now.weights) == dict(weights or {})

    def _found(self, operation: str, name: str) -> dict[str, Any]:
        """The answer of a look, empty where there is nothing to see."""
        try:
            return self._ask(operation, FunctionName=name)
        except Refused as refused:
            if refused.code in _MISSING:
                return {}
            raise

    def _pages(self, operation: str, key: str, name: str) -> list[dict[str, Any]]:
        page = self._ask(operation, FunctionName=name)
        found = list(page[key])
        while page.get("NextMarker"):
            page = self._ask(operation, FunctionName=name, Marker=page["NextMarker"])
            found += page[key]
        return found

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        return ask(self._client, operation, **arguments)
