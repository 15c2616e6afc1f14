"""Bytes that must never change: what this release signs and publishes, kept as files for every later one to read."""
