"""Attack drills: each does one thing to the log, the permits or the keys, and asks the real code who noticed."""
