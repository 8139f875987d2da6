"""The ledgers' entries as CSV, JSON and journals of plain-text accounting, for `roster` and `web`."""
