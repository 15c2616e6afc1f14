"""Tests of the rules of handovers."""
