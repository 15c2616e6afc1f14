"""How fast and how small: each figure beside the floor measured in the same run."""
