"""The proof that travels on paper: which leaf of which log, and its hash, as a QR code."""

from io import BytesIO

import segno
from markupsafe import Markup

from server.store.lists.signed import SignedBytes


def receipt(origin: str, signed: SignedBytes) -> str:
    """The log's origin, the leaf's index and its hash (hex), one a line: what an auditor looks up in their own copy."""
    return f"{origin}\n{signed.position}\n{signed.leaf_hash.hex()}\n"


def qr_code(text: str) -> Markup:
    """An inline SVG that scales, black on white."""
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, light="white")
    return Markup(out.getvalue().decode())  # noqa: S704 - made by us of hex digits and squares
