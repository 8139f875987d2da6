"""Files that people keep, read into events and patrons: whole and checked, or not at all."""
