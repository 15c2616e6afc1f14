"""The demo: a township, its people with demo credentials, and emulated cabinets."""
