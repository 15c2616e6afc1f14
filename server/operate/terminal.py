"""What every operator's command has in common: where a township's data is by default, and how it speaks and fails."""

from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

DATA = Path("gongguan-data")
console = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
complaints = Console(stderr=True, soft_wrap=True, markup=False, emoji=False)


def fail(sentence: str, status: int = 1) -> NoReturn:
    """Say to the error channel what is amiss and what to do, and end the command with this exit status."""
    complaints.print(sentence)
    raise typer.Exit(status)
