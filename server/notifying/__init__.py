"""Telling people, again and again: looking for whom to tell what, and carrying it outside by mail and robots."""
