"""Tests of carrying notices outside: over real sockets, against a mail server and a webhook that really answer."""
