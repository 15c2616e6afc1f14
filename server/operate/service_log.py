"""What a running service says of itself: warnings and worse, to stderr, where systemd keeps them."""

import logging
import sys


def log_to_stderr() -> None:
    """Say it from now on, with the time and the name of whoever says it."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    # amqtt warns of every message that was under way when it stops; the link sends those again by itself.
    logging.getLogger("amqtt").setLevel(logging.ERROR)
