"""What pages show, made from facts: pure functions to frozen view models."""
