"""What the operators' command lines, infra and roster, share: how they speak and how they stop."""
