"""What a drill comes to: who noticed, and in which words."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

AUDITOR = "verify_log.py"
CABINET = "柜机"
SERVER = "服务器"
VERIFY = "verify"
WITNESS = "见证程序"


@dataclass(frozen=True, slots=True)
class Noticed:
    """Who said it, and what was said: Chinese, as people read it on screen or paper. Empty: nobody noticed."""

    by: str
    says: str = ""


Drill = Callable[[Path], Noticed]
"""Given an empty folder, does the deed and answers what came of it."""
