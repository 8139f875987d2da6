"""Print an admin's link without Slack. Run `python admin_token.py --help`.

For operators: a machine that logs payments, or a day on which Slack is down. Reads ADMIN_TOKEN_SECRET and
PUBLIC_BASE_URL from the environment. The printed link or token gives access to the ledger: keep it secret.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from charter.refusals import Refusal
from charter.settings import SettingsMalformed, read_from
from web.tokens import GOOD_FOR, LONGEST, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    admin_token_secret: str = field(repr=False)
    public_base_url: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the link, or the token alone. On an error print one sentence, and return the exit status 1."""
    options = _options(arguments)
    try:
        settings = read_from(os.environ, _Settings)
        tokens = Tokens(settings.admin_token_secret, settings.public_base_url, now=lambda: datetime.now(UTC))
        make = tokens.issue if options.token_only else tokens.link
        made = make(options.sub, name=options.name or options.sub, good_for=options.hours * _HOUR)
    except (SettingsMalformed, Refusal) as error:
        print(error, file=sys.stderr)  # noqa: T201 - speaks to the terminal
        return 1
    print(made)  # noqa: T201 - as above
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    longest = LONGEST // _HOUR
    parser = argparse.ArgumentParser(description="Print a link to the dispatch page that contains an admin's token.")
    parser.add_argument(
        "--sub", required=True, help="id of the admin, preferably their Slack user id; the ledger records web:SUB"
    )
    parser.add_argument("--name", help="name that the page shows (default: SUB)")
    parser.add_argument(
        "--hours",
        type=_hours,
        default=GOOD_FOR // _HOUR,
        help=f"validity in hours, 1 to {longest} (default: %(default)s)",
    )
    parser.add_argument("--token-only", action="store_true", help="print the token alone, for `Authorization: Bearer`")
    return parser.parse_args(arguments)


def _hours(text: str) -> int:
    longest = LONGEST // _HOUR
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= longest):
        raise argparse.ArgumentTypeError(f"write a whole number from 1 to {longest}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
