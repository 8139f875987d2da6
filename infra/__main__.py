"""`python -m infra`."""

from infra.commands import main

main(prog_name="python -m infra")
