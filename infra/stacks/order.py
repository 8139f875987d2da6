"""The operator's options of `up`, and the questions to a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class StackOptions:
    """The operator's options. `given` credentials replace the present ones; those in `renew` are prompted for."""

    stack: str
    template: Path
    ready: Path | None = None
    bucket: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    renew: tuple[str, ...] = ()
    gmail_from: str = ""
    """An older function whose Gmail credentials the secret gets."""
    dry_run: bool = False
    replace_data: bool = False
    share_credentials: bool = False
    onto_another: bool = False


@dataclass(frozen=True)
class Asking:
    """Questions to a person. `agree` is answered by --yes, `insist` only by a person or the option that it names."""

    agree: Callable[[str], bool]
    insist: Callable[[str, str], bool]
    secret: Callable[[str], str]
