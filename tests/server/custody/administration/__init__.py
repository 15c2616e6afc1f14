"""Tests of the rules of administering."""
