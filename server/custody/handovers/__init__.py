"""Handovers (交接): a list counted item by item, differences settled in words, signed by different people."""
