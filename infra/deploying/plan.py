"""Show what a deploy will do before it starts: names and versions, never a value."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import YAMLError

from infra.deploying.environment import LIMIT, measure
from infra.packing.package import LARGEST
from infra.packing.wheels import LAMBDA, WheelTarget
from infra.template import read_template
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infra.deploying.deploy import PlannedDeploy
    from infra.deploying.environment import Merged
    from infra.deploying.targets import DeployTarget
    from terminal.console import Console

_FUNCTIONS: Final = frozenset({"AWS::Serverless::Function", "AWS::Lambda::Function"})
_MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}


def show_plan(planned: Sequence[PlannedDeploy], alias_name: str, console: Console) -> None:
    """Show a line for each function, and notes below."""
    console.table(
        ("function", "serves now", "environment", "code"),
        [
            (
                each.target.name,
                f"version {each.target.live.version}" if each.target.live else "$LATEST",
                f"{measure(each.merged.variables):,} of {LIMIT:,} bytes",
                "stays" if each.sha == each.target.production.sha else "new",
            )
            for each in planned
        ],
    )
    for each in planned:  # a line of its own: a table would break long names in a log
        console.say(f"{each.target.name}, variables: {in_words(each.merged)}")
    for each in planned:
        _show_notes(each.target, alias_name, console)


def in_words(merged: Merged) -> str:
    """Return `+NEW ~CHANGED −GONE`, or `unchanged`."""
    marks = (("+", merged.added), ("~", merged.changed), ("−", merged.removed))
    return " ".join(f"{mark}{name}" for mark, names in marks for name in names) or "unchanged"


def _show_notes(target: DeployTarget, alias_name: str, console: Console) -> None:
    if target.live is None:
        console.note(f"{target.name} has no version behind {alias_name}: its state is published as a version first.")
    if target.serves_latest:
        who = " and ".join(target.callers) or "any caller without an alias"
        console.warn(
            f"{target.name}: {who} is served by $LATEST itself, and gets new configuration and code before they are "
            f"tested. If they fail, both are restored. To use only tested versions, call :{alias_name}."
        )
    if target.live and target.latest.sha != target.live.sha:
        console.note(f"$LATEST of {target.name} holds code that production does not serve. The snapshot saves it.")


@dataclass(frozen=True)
class Runs:
    """The needs of a function that a zip must meet. `runtime` and `architecture` are Lambda's words."""

    name: str
    handler: str
    runtime: str
    architecture: str = "x86_64"

    @property
    def built_for(self) -> tuple[str, str]:
        """The interpreter and the machine, in the words of compiled modules' names: `cpython-313` and `aarch64`."""
        return "cpython-" + self.runtime.removeprefix("python").replace(".", ""), _MACHINES.get(self.architecture, "")


def runs(target: DeployTarget) -> Runs:
    """Return what a function runs now."""
    config = target.latest.config
    architecture = config.get("Architectures", ["x86_64"])[0]
    return Runs(target.name, target.latest.handler, str(config.get("Runtime", "")), architecture)


def runs_of_template(path: Path) -> list[Runs]:
    """Return what the functions of a template will run, without those whose code is the template's own text.

    A template that cannot be read has none: CloudFormation says what is wrong with it.
    """
    try:
        template = read_template(path)
    except (ValueError, YAMLError):
        return []
    resources = template.get("Resources") if isinstance(template, dict) else None
    found = []
    for name, resource in (resources if isinstance(resources, dict) else {}).items():
        said = resource.get("Properties", {}) if isinstance(resource, dict) else {}
        code = said.get("Code")
        ours = said and resource.get("Type") in _FUNCTIONS and not (isinstance(code, dict) and "ZipFile" in code)
        wanted = said.get("Handler"), said.get("Runtime"), said.get("Architectures", ["x86_64"])
        match wanted:
            case str(handler), str(runtime), [str(architecture), *_] if ours:
                found.append(Runs(name, handler, runtime, architecture))
    return found


def check_package(code: bytes, functions: Sequence[Runs]) -> None:
    """Raise Stopped when the zip cannot run as one of the functions: no such handler, or built for another machine."""
    if len(code) > LARGEST:
        raise Stopped(f"The zip has {len(code):,} bytes; Lambda accepts {LARGEST:,}.")
    try:
        names = zipfile.ZipFile(io.BytesIO(code)).namelist()
    except zipfile.BadZipFile:
        raise Stopped("The file of --zip is not a zip.") from None
    for each in functions:
        module = each.handler.rpartition(".")[0].replace(".", "/")
        if not {f"{module}.py", f"{module}/__init__.py"} & set(names):
            raise Stopped(f"The zip has no {module}.py, which {each.name} needs. Nothing was changed.")
        abi, machine = each.built_for
        for name in names:
            made_for = re.search(r"\.(cpython-\d+)-([a-z0-9_]+?)-linux[^/]*\.so$", name)
            if made_for and made_for.groups() != (abi, machine):
                raise Stopped(f"The zip is for {' on '.join(made_for.groups())}; {each.name} runs {abi} on {machine}.")


def interpreter_of(targets: Sequence[DeployTarget]) -> WheelTarget:
    """Return the interpreter to build the zip for. Raises Stopped when the functions do not share one."""
    kinds = {
        (str(target.latest.config.get("Runtime")), str(target.latest.config.get("Architectures", ["x86_64"])[0]))
        for target in targets
    }
    if len(kinds) > 1:
        listed = ", ".join(f"{runtime} on {machine}" for runtime, machine in sorted(kinds))
        raise Stopped(f"The functions run {listed}; one zip cannot serve them all. Deploy each with --function.")
    ((runtime, architecture),) = kinds
    if not runtime.startswith("python3.") or architecture not in _MACHINES:
        raise Stopped(f"The functions run {runtime} on {architecture}; the zip needs Python on arm64 or x86_64.")
    if (runtime, architecture) == ("python3.13", "arm64"):
        return LAMBDA
    version, machine = runtime.removeprefix("python"), _MACHINES[architecture]
    platforms = [f"{each}_{machine}" for each in ("manylinux_2_28", "manylinux2014")]
    return WheelTarget(
        name=f"lambda-{version}-{machine}",
        options=(
            *(word for platform in platforms for word in ("--platform", platform)),
            *("--python-version", version, "--implementation", "cp", "--abi", "cp" + version.replace(".", "")),
        ),
    )
