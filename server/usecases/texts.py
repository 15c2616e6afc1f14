"""What people typed, made fit to keep: one line, no control characters, not endless."""

TEXT_LENGTH_MAX = 500


def tidy(text: str, length_max: int = TEXT_LENGTH_MAX) -> str:
    """The text without control characters, runs of blanks as one blank, cut at `length_max` characters."""
    visible = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(visible.split())[:length_max]
