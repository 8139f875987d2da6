"""A DynamoDB in memory that parses the real expressions and refuses the same requests as the real one."""
