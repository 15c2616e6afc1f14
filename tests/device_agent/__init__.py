"""The agent beside the cabinets."""
