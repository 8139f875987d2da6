"""`python -m infra`."""

from infra.main import main

main(prog_name="python -m infra")
