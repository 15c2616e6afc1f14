"""Tests of the server's rules."""
