"""`up`: create everything in an AWS account, or bring it up to date, by one change set.

The change set never moves the alias that serves: release.py does that, in the same steps as `deploy`.
Each step is safe to repeat: objects are named by their content, the secret only gains values, and CloudFormation
finishes or rolls back its own work. After any interruption, the same command continues.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from infra.asking import AwsRefused, ask
from infra.deploying.plan import check_package, runs_of_template
from infra.outputs import HOST_NOT_KNOWN, for_stack
from infra.packing.package import ROOT, build_package
from infra.stacks import change_sets, code_bucket, concurrency, stack
from infra.stacks.anothers import check_ours
from infra.stacks.first_page import publish_first
from infra.stacks.public_host import check_certificate
from infra.stacks.rebuilding import take_back
from infra.stacks.release import StackRelease
from infra.stacks.resting import HOLD_DATA, at_rest
from infra.stacks.secret import Secret
from infra.stacks.sender import PARAMETER, in_ascii
from infra.tables.naming import stream_of_named_table
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.aws import Aws
    from infra.deploying.snapshots import Store
    from infra.stacks.change_sets import ChangeSet
    from infra.stacks.order import Asking, StackOptions
    from infra.stacks.stack import Now, Parameter
    from terminal.console import Console

PAGE: Final = ROOT / "web" / "dispatch"
GATE: Final = "Serving"  # the parameter that opens the page and the API
_OURS: Final = ("CodeBucket", "CodeKey", "Release", "Revision", GATE)  # operators cannot set these
_REPLACED: Final = {"True": ", replaced by a new one", "Conditional": ", perhaps replaced by a new one"}


class Up:
    """One run."""

    def __init__(self, aws: Aws, console: Console, order: StackOptions, asking: Asking, store: Store) -> None:
        self._aws, self._console, self._order, self._asking = aws, console, order, asking
        self._release = StackRelease(aws, console, store, asking.agree)
        self._secret = Secret(aws, console, order, asking, self._release.serving)
        self._bucket = ""
        self._template_url = ""
        self._code: bytes | None = None  # the new zip; None to keep the code that serves
        self._code_key = ""
        self._fresh = False  # the stack serves nobody yet
        self._chosen: dict[str, str] = {}  # parameters that follow from this account

    def run(self) -> Now | None:
        """Return the stack afterwards; None after a dry run. Raises Stopped, also when the operator declines."""
        now = self._begin()
        if now is None:
            return None
        self._fresh = not now.exists or now.parameters.get(GATE) == "false"
        self._release.bucket, self._release.stack = self._bucket, self._order.stack
        self._release.begin(now, dry_run=self._order.dry_run)
        self._upload(now)
        if (now := self._take_back(now)) is None:
            return None
        if (now := self._change(now, serving="false" if self._fresh else "true")) is None:
            return None
        if self._fresh:
            self._try_first(now)
        if now.parameters.get("PublicHost") == HOST_NOT_KNOWN or now.parameters.get(GATE) == "false":
            self._console.note("A second change sets the host of the links, and opens the page and the API.")
            now = self._change(now, agreed=True) or now
        self._release.bring(now, self._code, fresh=self._fresh)
        self._publish(now)
        return now

    def _try_first(self, now: Now) -> None:
        """Test the first versions, before anybody can reach them. Raises Stopped when one does not work."""
        try:
            self._release.bring(now, self._code, fresh=True)
        except (AwsRefused, Stopped) as failed:
            why = failed.message if isinstance(failed, Stopped) else str(failed)
            raise Stopped(
                f"{why} This is the first version, and it serves nobody yet: CloudFront may not call the page and the "
                "API before it works. Fix it, and run the same command again."
            ) from None

    def _begin(self) -> Now | None:
        """Check account and region, and return the stack once CloudFormation has finished all work on it."""
        aws, name = self._aws, self._order.stack
        if not aws.region:
            raise Stopped("No region is configured. Set AWS_REGION, or pass --region.")
        if self._order.ready is not None:
            check_package(self._order.ready.read_bytes(), runs_of_template(self._order.template))
        account = ask(aws.identity, "GetCallerIdentity")["Account"]
        self._bucket = self._order.bucket or code_bucket.usual_name(name, account, aws.region)
        self._console.note(f"Account {account}, region {aws.region}, stack {name}.")
        now = stack.read_stack(aws, name)
        check_ours(aws, self._console, self._order, self._asking, now)
        self._chosen = concurrency.choose(aws, self._console, self._order, self._asking, now)
        self._chosen |= stream_of_named_table(aws, self._order, now)
        if not self._order.dry_run:
            doing = "Update the stack" if now.exists else "Create the stack"
            if not self._asking.agree(f"{doing} there?"):
                raise Stopped("Nothing was changed.")
            now = at_rest(aws, name, now, self._console, self._asking.agree)
            if left := change_sets.remove_left(aws, now, name):
                self._console.note(f"Removed {left} {'change set' if left == 1 else 'change sets'} of earlier runs.")
        if not code_bucket.is_there(aws, self._bucket, account):
            if self._order.dry_run:
                self._console.say(f"The bucket {self._bucket} and the stack {name} would be created.")
                return None
            with self._console.step(f"Creating the bucket {self._bucket}"):
                code_bucket.make(aws, self._bucket)
        elif self._order.bucket is None and not self._order.dry_run and not code_bucket.is_finished(aws, self._bucket):
            code_bucket.make(aws, self._bucket)  # an earlier run was interrupted before its last setting
        return now

    def _upload(self, now: Now) -> None:
        """Upload the template and a new zip under names derived from their content."""
        aws, order = self._aws, self._order
        template = order.template.read_bytes()
        key = f"templates/{hashlib.sha256(template).hexdigest()}.{order.template.suffix.lstrip('.')}"
        if order.ready is None and not self._fresh:
            self._code_key = self._release.keep_code() or now.parameters.get("CodeKey", "")
        if self._code_key:
            self._say_of_stack("The code that serves stays. To bring newer code: python -m infra deploy")
        else:
            self._upload_code(order.ready or self._built())
        code_bucket.upload(aws, self._bucket, key, template)
        self._template_url = code_bucket.address(aws, self._bucket, key)

    def _upload_code(self, zipped: Path) -> None:
        content = zipped.read_bytes()
        self._release.check(content, self._order.template)
        self._code, self._code_key = content, f"code/{hashlib.sha256(content).hexdigest()}.zip"
        with self._console.step(f"Uploading {zipped.name} ({len(content):,} bytes)"):
            fresh = code_bucket.upload(self._aws, self._bucket, self._code_key, content)
        if not fresh:
            self._console.note("The same zip was uploaded before.")

    def _built(self) -> Path:
        with self._console.step("Building the zip"):
            return build_package(say=self._console.note).path

    def _take_back(self, now: Now) -> Now | None:
        """Return the stack with what is left from before it, or from before a part was on. None after a dry run."""
        aws, order = self._aws, self._order
        declared = stack.read_parameters(aws, self._template_url)
        values = {**self._values(now, declared), GATE: "false"}
        values = {name: value for name, value in values.items() if name in declared}
        return take_back(aws, self._console, order, self._asking, now, values)

    def _change(self, now: Now, *, agreed: bool = False, serving: str = "true") -> Now | None:
        declared = stack.read_parameters(self._aws, self._template_url)
        values = self._values(now, declared)
        check_certificate(self._aws, self._order.stack, values, now.outputs)
        held = self._secret.complete(values, now)
        kept = now.parameters if now.exists else {}
        # While closed, the gate is part of the digest: some CloudFormations ignore a change of only a condition.
        digest = _digest(values | ({GATE: serving} if serving == "false" and GATE in declared else {}), held.version)
        values[GATE] = serving
        values |= self._marks(kept, digest) if "Revision" in declared else {"Release": digest}
        asked = [_parameter(name, value, kept) for name, value in values.items() if name in declared]
        with self._console.step("Asking CloudFormation what it would do"):
            plan = change_sets.plan(
                self._aws, self._order.stack, template_url=self._template_url, parameters=asked, new=not now.exists
            )
        if not plan.changes:
            self._console.say("Nothing has to change: the stack is up to date.")
            return None if self._order.dry_run else stack.read_stack(self._aws, self._order.stack)
        with change_sets.Pending(self._aws, plan) as pending:
            if not self._agreed(plan, beforehand=agreed):
                return None
            self._console.note(f"CloudFormation makes {_counted(plan)}. Ctrl-C stops only the progress report.")
            return pending.carry_out(self._console.note)

    def _marks(self, kept: Mapping[str, str], digest: str) -> dict[str, str]:
        """Return the parameters that change the functions. `Release` never changes, since that would move the alias."""
        unsettled, before = self._release.unsettled, kept.get("Revision", "")
        revision = before if before.startswith(digest) and not unsettled else digest + unsettled
        return {"Release": kept.get("Release") or digest, "Revision": revision}

    def _values(self, now: Now, declared: Mapping[str, Parameter]) -> dict[str, str]:
        """Return every parameter: given, else present, else default. Raises Stopped for unknown or missing ones."""
        given, kept = {**self._chosen, **self._order.parameters}, now.parameters if now.exists else {}
        if wrong := sorted(given.keys() - declared.keys() | given.keys() & set(_OURS)):
            settable = ", ".join(name for name in declared if name not in _OURS)
            raise Stopped(f"{', '.join(wrong)} cannot be set. The parameters are {settable}.")
        values = {
            name: given.get(name, kept.get(name, parameter.default))
            for name, parameter in declared.items()
            if name not in _OURS
        }
        if "PublicHost" in declared and values["PublicHost"] in {None, "", HOST_NOT_KNOWN}:
            values["PublicHost"] = urlsplit(now.outputs.get("SiteUrl", "")).hostname or HOST_NOT_KNOWN
        if lacking := [name for name, value in values.items() if value is None]:
            raise Stopped(f"{', '.join(lacking)} has no value. Pass --parameter {lacking[0]}=…")
        if "CredentialsName" in values and not now.exists and "CredentialsName" not in given:
            values["CredentialsName"] = self._order.stack  # in a second stack, the default belongs to the first
        if sender := values.get(PARAMETER):
            values[PARAMETER] = in_ascii(sender)  # the policy must name the sender as SES does
        ours = {"CodeBucket": self._bucket, "CodeKey": self._code_key}
        return {**{name: value for name, value in values.items() if value is not None}, **ours}

    def _publish(self, now: Now) -> None:
        """Publish the dispatch page if there is none yet."""
        bucket, distribution = now.outputs.get("SiteBucketName"), now.outputs.get("DistributionId")
        if not bucket or not distribution:
            return
        with self._console.step("Checking the dispatch page"):
            files = publish_first(self._aws, bucket_name=bucket, distribution_id=distribution, folder=PAGE)
        self._say_of_stack(
            f"The dispatch page is in place: {files} files."
            if files
            else "The dispatch page is in place already. To bring a newer one: python -m infra site stage"
        )

    def _say_of_stack(self, text: str) -> None:
        self._console.note(for_stack(text, self._order.stack))

    def _agreed(self, plan: ChangeSet, *, beforehand: bool) -> bool:
        """Show the plan, and ask. Resources with data are replaced only with --replace-data."""
        for change in plan.changes:
            how = _REPLACED.get(change.replaced, "") if change.action == "Modify" else ""
            self._console.say(f"  {change.action.lower():<7} {change.name} ({change.kind}){how}")
        lost = [change.name for change in plan.changes if change.loses and change.kind in HOLD_DATA]
        if lost and not self._order.replace_data:
            raise Stopped(
                f"This would replace or remove {', '.join(lost)}, with all data in it. Nothing was changed. "
                "If that is intended, pass --replace-data."
            )
        if self._order.dry_run:
            self._console.say(f"{_counted(plan)} would be made. Nothing was changed.")
            return False
        if beforehand or self._asking.agree(f"Make {_counted(plan)}?"):
            return True
        raise Stopped("The stack was not changed.")


def _counted(plan: ChangeSet) -> str:
    return f"{len(plan.changes)} {'change' if len(plan.changes) == 1 else 'changes'}"


def _parameter(name: str, value: str, kept: Mapping[str, str]) -> dict[str, Any]:
    if name in kept and kept[name] == value:
        return {"ParameterKey": name, "UsePreviousValue": True}
    return {"ParameterKey": name, "ParameterValue": value}


def _digest(values: Mapping[str, str], version: str) -> str:
    """Return one digest of a function's code, settings and version of the secret."""
    made_of = json.dumps([sorted(values.items()), version])
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]
