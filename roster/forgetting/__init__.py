"""Forgetting people: their names, phones and e-mails give way to pseudonyms, and amounts stay (docs/adr/0053)."""
