"""The server's end of the wire to the cabinets' agents, and the broker for a township that runs none of its own."""
