"""Read, change, publish and invoke Lambda functions.

Every change passes the RevisionId that was read, so that it never overwrites a change by somebody else. When the answer
to a change is lost, or the SDK's retry met its own first try, the function is read again, and its state decides.
"""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError

from botocore.exceptions import BotoCoreError

from infra.asking import AwsRefused, ask, pages
from infra.deploying.states import Alias, FunctionState, code_sha, differences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_lambda import LambdaClient

CONTESTED: Final = frozenset({"PreconditionFailedException", "ResourceConflictException"})
_MISSING: Final = frozenset({"ResourceNotFoundException"})
PATIENCE: Final = 300.0  # seconds for an update or a new version to finish


class Functions:
    """Lambda, as the commands need it. `pause` is the first wait between two polls of an update, in seconds."""

    def __init__(self, client: LambdaClient, *, pause: float = 0.25) -> None:
        self._client = client
        self.pause = pause

    def state(self, name: str, qualifier: str = "$LATEST") -> FunctionState | None:
        """Return a configuration, or None where there is none.

        Raises AwsRefused also when the environment cannot be read: without the permission for its key, Lambda leaves
        out the values, and a merge would lose them all.
        """
        try:
            config = self._ask("GetFunctionConfiguration", FunctionName=name, Qualifier=qualifier)
        except AwsRefused as refused:
            if refused.code in _MISSING:
                return None
            raise
        config.pop("ResponseMetadata", None)
        if (config.get("Environment") or {}).get("Error"):
            raise AwsRefused(
                f"The environment of {name} cannot be read ({config['Environment']['Error'].get('ErrorCode')}). "
                "Get the permission kms:Decrypt for the function's key."
            )
        return FunctionState(config)

    def code(self, state: FunctionState) -> bytes:
        """Return the zip of a state, checked against Lambda's hash. Its address is a secret and is never shown."""
        place = self._ask("GetFunction", FunctionName=state.name, Qualifier=state.version).get("Code") or {}
        if not place.get("Location"):
            raise AwsRefused(f"{state.name} runs a container image, so it has no zip to save.")
        try:
            with urllib.request.urlopen(place["Location"], timeout=60) as answer:  # noqa: S310  # Lambda's own https address
                content: bytes = answer.read()
        except OSError as error:
            if isinstance(error, HTTPError):
                error.close()
            raise AwsRefused(
                f"The code of {state.name} was not downloaded ({type(error).__name__}). Try again."
            ) from None
        if code_sha(content) != state.sha:
            raise AwsRefused(
                f"The downloaded code of {state.name} does not have the hash that Lambda names. Try again."
            )
        return content

    def alias(self, function: str, name: str) -> Alias | None:
        """Return an alias, or None where there is none."""
        try:
            answer = self._ask("GetAlias", FunctionName=function, Name=name)
        except AwsRefused as refused:
            if refused.code in _MISSING:
                return None
            raise
        weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return Alias(name, answer["FunctionVersion"], answer["RevisionId"], weights)

    def callers_of_latest(self, name: str) -> tuple[str, ...]:
        """Return the callers that `$LATEST` itself serves, rather than an alias."""
        found = []
        if self._found("GetFunctionUrlConfig", name):
            found.append("its function URL")
        mappings = self._pages("ListEventSourceMappings", "EventSourceMappings", name)
        if any(len(str(mapping["FunctionArn"]).split(":")) == 7 for mapping in mappings):  # noqa: PLR2004  # no qualifier
            found.append("an event source")
        policy = json.loads(self._found("GetPolicy", name).get("Policy", "{}"))
        # Only statements for the function itself: an emulator lists the alias's statements here, too.
        if any(str(each.get("Resource", "")).endswith(f":function:{name}") for each in policy.get("Statement", ())):
            found.append("any caller that its policy allows")
        return tuple(found)

    def settled(self, name: str, qualifier: str = "$LATEST", *, even_failed: bool = False) -> FunctionState:
        """Return the state once no update is in progress and a version is ready.

        Raises AwsRefused when that takes too long, and when the update failed. With `even_failed`, a failed update is
        returned, since the next update repairs the function.
        """
        deadline, pause = time.monotonic() + PATIENCE, self.pause
        while True:
            state = self.state(name, qualifier)
            if state is None:
                raise AwsRefused(f"{name} no longer has {qualifier}.")
            ready = state.config.get("State", "Active")
            update = state.config.get("LastUpdateStatus", "Successful")
            if not even_failed and (ready == "Failed" or (update == "Failed" and qualifier == "$LATEST")):
                code = state.config.get("StateReasonCode") or state.config.get("LastUpdateStatusReasonCode") or ready
                raise AwsRefused(f"Lambda could not start {name} ({qualifier}): {code}. Its log has the reason.")
            if update != "InProgress" and (ready != "Pending" or qualifier == "$LATEST"):
                return state
            if time.monotonic() > deadline:
                raise AwsRefused(f"{name} ({qualifier}) is still being updated after {PATIENCE:.0f} s.")
            time.sleep(pause)
            pause = min(pause * 1.5, 2.0)

    def set_configuration(self, before: FunctionState, settings: Mapping[str, Any]) -> FunctionState:
        """Change the settings of `$LATEST`, wait, and return it. Raises AwsRefused when it changed after `before`."""
        return self._change(
            "UpdateFunctionConfiguration", before, settings, FunctionState({**before.config, **settings})
        )

    def set_code(self, before: FunctionState, code: bytes) -> FunctionState:
        """Change the code of `$LATEST`, wait, and return it. Raises AwsRefused when it changed after `before`."""
        wanted = FunctionState({**before.config, "CodeSha256": code_sha(code)})
        return self._change("UpdateFunctionCode", before, {"ZipFile": code}, wanted)

    def publish(self, latest: FunctionState, description: str) -> FunctionState:
        """Publish exactly that `$LATEST`, and return the version once it is ready. No change: the last version."""
        change = {"FunctionName": latest.name, "RevisionId": latest.revision, "CodeSha256": latest.sha}
        try:
            made = self._ask("PublishVersion", **change, Description=description)
        except AwsRefused as refused:
            now = self.settled(latest.name)
            if not (refused.lost or refused.code in CONTESTED) or differences(latest, now):
                raise
            # Published or not, the same call gives the same version.
            change["RevisionId"] = now.revision
            made = self._ask("PublishVersion", **change, Description=description)
        version = self.settled(latest.name, made["Version"])
        strange = differences(latest, version)
        if strange:
            raise AwsRefused(f"Version {version.version} of {latest.name} is not what was to be published: {strange}.")
        return version

    def move(self, function: str, alias: Alias, version: str, weights: Mapping[str, float] | None = None) -> None:
        """Move the alias to that version, with `weights` if given. Raises AwsRefused when somebody else moved it."""
        change = {"FunctionName": function, "Name": alias.name, "RevisionId": alias.revision}
        routing = {"AdditionalVersionWeights": dict(weights or {})}
        try:
            self._ask("UpdateAlias", **change, FunctionVersion=version, RoutingConfig=routing)
        except AwsRefused as refused:
            if not self._took_effect(refused, lambda: self.alias(function, alias.name), version, weights):
                raise

    def make_alias(self, function: str, name: str, version: str) -> None:
        """Create an alias at that version."""
        try:
            self._ask("CreateAlias", FunctionName=function, Name=name, FunctionVersion=version)
        except AwsRefused as refused:
            if not self._took_effect(refused, lambda: self.alias(function, name), version, None):
                raise

    def invoke(self, name: str, qualifier: str, event: Mapping[str, Any]) -> object:
        """Return the handler's result. Raises AwsRefused with the type of its error; the text may hold a secret."""
        response = self._ask("Invoke", FunctionName=name, Qualifier=qualifier, Payload=json.dumps(event).encode())
        try:
            answer = json.loads(response["Payload"].read() or b"null")
        except (BotoCoreError, OSError, ValueError) as error:
            raise AwsRefused(f"The answer of {name}:{qualifier} could not be read ({type(error).__name__}).") from None
        if response.get("FunctionError"):
            kind = answer.get("errorType") if isinstance(answer, dict) else None
            raise AwsRefused(f"{name}:{qualifier} raises {kind or response['FunctionError']}. Its log has the reason.")
        return answer

    def versions(self, name: str) -> dict[str, str]:
        """Return the description of each published version by its number, oldest first."""
        found = self._pages("ListVersionsByFunction", "Versions", name)
        published = {each["Version"]: each.get("Description", "") for each in found if each["Version"] != "$LATEST"}
        return dict(sorted(published.items(), key=lambda each: int(each[0])))

    def aliased(self, name: str) -> set[str]:
        """Return the versions that an alias points at or gives a share to."""
        aliases = self._pages("ListAliases", "Aliases", name)
        shares = [(alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {} for alias in aliases]
        return {alias["FunctionVersion"] for alias in aliases}.union(*shares)

    def delete_version(self, name: str, version: str) -> None:
        """Delete a version, unless it is gone. Lambda refuses this while an alias points at it."""
        if not version.isdecimal():
            raise ValueError("that would delete the function")
        try:
            self._ask("DeleteFunction", FunctionName=name, Qualifier=version)
        except AwsRefused as refused:
            if refused.code not in _MISSING and not (refused.lost and self.state(name, version) is None):
                raise

    def _change(
        self, operation: str, before: FunctionState, change: Mapping[str, Any], wanted: FunctionState
    ) -> FunctionState:
        revision = before.revision
        for is_last in (False, True):
            try:
                self._ask(operation, FunctionName=before.name, RevisionId=revision, **change)
            except AwsRefused as refused:
                if not (refused.lost or refused.code in CONTESTED):
                    raise
                now = self.settled(before.name)
                if not differences(wanted, now):
                    return now
                if is_last or differences(before, now):
                    raise
                revision = now.revision  # it also changes with a permission or a publication
            else:
                break
        now = self.settled(before.name)
        strange = differences(wanted, now)
        if strange:
            raise AwsRefused(f"Somebody else is changing {before.name} at the same time: {', '.join(strange)}.")
        return now

    def _took_effect(
        self, refused: AwsRefused, read: Callable[[], Alias | None], version: str, weights: Mapping[str, float] | None
    ) -> bool:
        if not (refused.lost or refused.code in CONTESTED):
            return False
        now = read()
        return now is not None and now.version == version and dict(now.weights) == dict(weights or {})

    def _found(self, operation: str, name: str) -> dict[str, Any]:
        """Return the answer of a read; empty where there is nothing."""
        try:
            return self._ask(operation, FunctionName=name)
        except AwsRefused as refused:
            if refused.code in _MISSING:
                return {}
            raise

    def _pages(self, operation: str, key: str, name: str) -> list[dict[str, Any]]:
        found = pages(self._client, operation, token=("NextMarker", "Marker"), FunctionName=name)
        return [each for page in found for each in page[key]]

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        return ask(self._client, operation, **arguments)
