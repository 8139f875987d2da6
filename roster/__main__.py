"""`python -m roster`."""

from roster.main import main

main(prog_name="python -m roster")
