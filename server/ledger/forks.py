"""What is wrong with a log that has two histories."""


class LogForked(Exception):
    """A log is not an extension of what was published before; the message says how they differ."""


class LogDamaged(LogForked):
    """The files of a published log are gone or damaged and cannot show that it is the same; the message says which."""
