"""The operators' commands, a module for each group. `roster/main.py` lists them."""
