"""A DynamoDB in memory that parses the real expressions and refuses what the real one refuses."""
