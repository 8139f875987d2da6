"""Imports of events and patrons from files: a file is checked and imported as a whole, or not at all."""
