"""What anybody may fetch: assets and the health of the service."""
