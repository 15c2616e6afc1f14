"""Tests of the township's certificates."""
