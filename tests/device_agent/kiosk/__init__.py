"""The kiosk's page, and the real agent behind it."""
