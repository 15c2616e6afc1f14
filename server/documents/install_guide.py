"""The one page that is pinned up beside the counter: how a phone comes to trust the township's certificate."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pylopdf_fonts_zh_cn
import segno
import typst

_SOURCE = Path(__file__).with_name("install_guide.typ")
_FONTS = Path(pylopdf_fonts_zh_cn.sans_path()).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallGuide:
    """What the page says. `devices` are names with their steps; `address` is where the certificate is fetched."""

    township: str
    address: str
    fingerprint: str
    first: str
    compare: str
    bounds: str
    devices: Sequence[tuple[str, Sequence[str]]]


def guide_as_pdf(guide: InstallGuide, at: datetime) -> bytes:
    """The page as a PDF (A4), reproducible; takes about a second."""
    image = io.BytesIO()
    code = segno.make(guide.address, error="m", boost_error=False, micro=False)
    code.save(image, kind="svg", border=0, xmldecl=False, omitsize=True)
    drawn = typst.compile(
        str(_SOURCE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"guide": json.dumps({**asdict(guide), "qr": image.getvalue().decode()}, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    assert isinstance(drawn, bytes)  # noqa: S101 - one document of this format is one file
    return drawn
