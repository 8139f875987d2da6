"""Output and expected failures of the operators' command lines, infra and roster, and the marks that both read."""
