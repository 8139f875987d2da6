"""Exports of the ledgers' entries for spreadsheets, programs and plain-text accounting."""
