"""Tests of the server's use cases."""
