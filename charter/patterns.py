"""Regular expressions that are compiled when they are first used, as a start compiles none of them for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # The pattern of this text, as `re.compile` makes it.
    from re import compile as pattern
else:

    class pattern:  # noqa: N801 - used as the function that it is to a type checker
        """A pattern that `re.compile` makes of these arguments when the first of its methods is asked for."""

        def __init__(self, *given: Any) -> None:
            self._given = given

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has
            compiled = re.compile(*self._given)
            for method in ("fullmatch", "match", "search", "finditer", "findall", "split", "sub"):
                setattr(self, method, getattr(compiled, method))  # found without this method from now on
            return getattr(compiled, name)


__all__ = ["pattern"]
