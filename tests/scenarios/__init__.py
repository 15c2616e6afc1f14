"""Whole stories: the same few people, real processes, real serial bytes, a real browser."""
