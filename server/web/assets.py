"""What the browser loads beside a page: one stylesheet, one script of our own, htmx from its wheel, the mark.

Everything is read once at start and served from memory under an address that names its content, so it may be cached
for ever. The stylesheet is written in parts (`static/styles/`) and served as one.
"""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

STATIC_DIRECTORY = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent: its bytes plain and gzipped, its media type, and the first half of its SHA-256."""

    name: str
    content: bytes
    zipped: bytes
    media_type: str
    version: str

    @property
    def url(self) -> str:
        """The address that changes when the content does."""
        return f"/static/{self.name}?v={self.version}"


def load_assets() -> dict[str, Asset]:
    """Every asset by name."""
    htmx = resources.files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js")
    return _by_name(
        (
            _asset("gongguan.css", _stylesheet(), "text/css; charset=utf-8"),
            _asset("gongguan.js", _own("gongguan.js"), "text/javascript; charset=utf-8"),
            _asset("attachments.js", _own("attachments.js"), "text/javascript; charset=utf-8"),
            _asset("htmx.js", htmx.read_bytes(), "text/javascript; charset=utf-8"),
            _asset("mark.svg", _own("mark.svg"), "image/svg+xml"),
        )
    )


def _by_name(assets: Iterable[Asset]) -> dict[str, Asset]:
    return {asset.name: asset for asset in assets}


def _asset(name: str, content: bytes, media_type: str) -> Asset:
    version = hashlib.sha256(content).hexdigest()[:32]
    return Asset(name, content, gzip.compress(content, mtime=0), media_type, version)


def _own(name: str) -> bytes:
    return (STATIC_DIRECTORY / name).read_bytes()


def _stylesheet() -> bytes:
    return b"\n".join(part.read_bytes() for part in sorted((STATIC_DIRECTORY / "styles").glob("*.css")))
