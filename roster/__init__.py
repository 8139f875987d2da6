"""The operators' command line for the table's data. It wires adapters as a function file does, and is not deployed."""
