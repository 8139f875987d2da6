"""A read-only inventory of an account: what an older system and this product have there."""
