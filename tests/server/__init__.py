"""The server, from its rules to its pages."""
