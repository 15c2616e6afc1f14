"""A township to measure on: as many things, and as long a log, as anybody will ever have. Nobody in it exists."""
