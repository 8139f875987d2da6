"""Output and expected failures of the operators' command lines, infra and roster."""
