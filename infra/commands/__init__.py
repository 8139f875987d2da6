"""The operator's commands, one module each; `infra.main` wires them."""
