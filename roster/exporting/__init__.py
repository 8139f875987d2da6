"""The ledger's entries for other programs: spreadsheets, scripts and plain-text accounting."""
