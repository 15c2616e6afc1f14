"""Tests of the server's log."""
