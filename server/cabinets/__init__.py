"""The server's end of the wire to the cabinets' agents, and the broker for a township that runs none of its own."""

EMBEDDED_BROKER_PORT = 18_830
"""Where the embedded broker listens unless told otherwise; never MQTT's own 1883, which may be somebody else's."""
