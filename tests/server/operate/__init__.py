"""Tests of the server's operator's commands."""
