"""Starts far services (far.py) with a certificate of their own, which a contender trusts beside the public ones."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import botocore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FAR: Final = Path(__file__).with_name("far.py")
_PUBLIC: Final = Path(botocore.__file__).with_name("cacert.pem")


@dataclass(frozen=True)
class Certificate:
    """A certificate for localhost, its key, and a bundle of it and all public ones.

    A client reads as many certificates as on Lambda, so that a new connection costs the CPU time that it costs there.
    """

    path: Path
    key: Path
    bundle: Path

    @property
    def trusted(self) -> dict[str, str]:
        """The environment in which Python, botocore and urllib3 trust it."""
        return {"AWS_CA_BUNDLE": str(self.bundle), "SSL_CERT_FILE": str(self.bundle)}


@contextmanager
def certificate() -> Iterator[Certificate]:
    """Make a certificate with the system's openssl, for the time of the block."""
    with tempfile.TemporaryDirectory() as folder:
        made = Certificate(Path(folder, "localhost.pem"), Path(folder, "localhost.key"), Path(folder, "bundle.pem"))
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        files = ["-keyout", str(made.key), "-out", str(made.path)]
        named = ["-addext", "subjectAltName=DNS:localhost", *files]
        subprocess.run([*command.split(), *named], check=True, capture_output=True)
        made.bundle.write_bytes(_PUBLIC.read_bytes() + made.path.read_bytes())
        yield made


class FarServices:
    """Running far services, by their names. Ends with the `with` block."""

    def __init__(self, certificate: Certificate, services: Mapping[str, tuple[int, float]]) -> None:
        """Start them. `services` has for each name the port of the service, and the round trip in milliseconds."""
        named = [f"{name}={port}={milliseconds:g}" for name, (port, milliseconds) in services.items()]
        self._process = subprocess.Popen(
            [sys.executable, str(_FAR), str(certificate.path), str(certificate.key), *named],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ports: dict[str, int] = self._line()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def url(self, name: str) -> str:
        """Return the address of a service, without a slash at its end."""
        return f"https://localhost:{self._ports[name]}"

    def connections(self) -> dict[str, int]:
        """Return how many connections each service has had so far."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, int]:
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        said: dict[str, int] = json.loads(self._process.stdout.readline())
        return said
