"""Tests cannot connect to other machines."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import NetworkIsOff


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as out, pytest.raises(NetworkIsOff, match=r"192\.0\.2\.1"):
        out.connect(("192.0.2.1", 80))

    with socket.socket() as out, pytest.raises(NetworkIsOff, match=r"192\.0\.2\.1"):
        out.connect_ex(("192.0.2.1", 80))


def test_no_test_asks_for_another_machines_address() -> None:
    with pytest.raises(NetworkIsOff, match=r"slack\.com"):
        socket.create_connection(("slack.com", 443))
