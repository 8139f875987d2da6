"""Clearing of the product's caches before each test, since values of earlier tests would hide a mutant."""

from __future__ import annotations

import functools
import sys
from typing import Final

from tests.mutation.statements import PRODUCT

_CACHED: Final = type(functools.cache(int))
_PREFIXES: Final = tuple(f"{part}." for part in PRODUCT)


def clear_caches() -> None:
    """Clear what `functools.cache` and its like hold, in each module of the product that is imported."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_PREFIXES):
            for value in list(vars(module).values()):
                if isinstance(value, _CACHED):
                    value.cache_clear()
