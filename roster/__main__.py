"""`python -m roster`."""

from roster.commands import main

main(prog_name="python -m roster")
