"""Whether what is deployed works; nothing here writes."""
