"""The reports of commissioning on disk: the signed note, and the same to read and to print."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from device_agent.commissioning.report import KIND, html_of, text_of
from firmware_protocol.notes import Signer, write_document


class Sheets:
    """The folder of the reports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, fields: Mapping[str, Any], signer: Signer) -> str:
        """Sign and keep one report as `.note`, `.txt` and `.html`; answers its name. Durable; raises `OSError`."""
        name = f"{fields['cabinet']}-{re.sub('[^0-9]', '', fields['finished_at'][:19])}"
        note = write_document(KIND, fields, signer)
        shown, fingerprint = note.decode(), signer.verifier.fingerprint
        self.folder.mkdir(exist_ok=True)
        for suffix, text in (
            ("note", shown),
            ("txt", text_of(fields, shown, fingerprint)),
            ("html", html_of(fields, shown, fingerprint)),
        ):
            with (self.folder / f"{name}.{suffix}").open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        return name
