"""The announce Lambda before a Slack that takes any number of posts: it does not wait a second between two of them."""

import announce_function

announce_function.poster._sleep = lambda _seconds: None  # noqa: SLF001 - the wait is Slack's limit, not work

lambda_handler = announce_function.lambda_handler
