"""Papers in and out."""
