"""The dependencies of every command."""

from __future__ import annotations

from functools import cached_property

from infra.aws import Aws
from terminal.console import Console


class Services:
    """The `console` and, from its first use on, `aws`."""

    def __init__(self, region: str | None, profile: str | None) -> None:
        self.console = Console()
        self._region, self._profile = region, profile

    @cached_property
    def aws(self) -> Aws:
        """The clients of AWS. They are created at the first use, so that `--help` needs no configuration."""
        return Aws(region=self._region, profile=self._profile)
