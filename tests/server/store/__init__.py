"""Tests of the server's store."""
