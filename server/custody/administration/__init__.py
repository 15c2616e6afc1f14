"""What administrators do: people, roles, cards and settings, without any business power of their own."""
