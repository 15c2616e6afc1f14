"""What is wrong with a log that has two histories."""


class LogForked(Exception):
    """A log is not an extension of what was published before; the message says how they differ."""
