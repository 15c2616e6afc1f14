"""Whoever reads the published log while it grows gets one file or another, never half of each."""

from pathlib import Path
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from server.web import published_files
from server.web.published_files import PublishedFiles

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "headers": []}
BEFORE, AFTER = b"town\n9\nshort\n", b"town\n10\nlonger than before\n"

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "checkpoint").write_bytes(BEFORE)
    return tmp_path


async def test_a_file_is_served(log: Path) -> None:
    answer = await PublishedFiles(directory=log).get_response("checkpoint", SCOPE)
    assert (answer.body, answer.headers["content-length"]) == (BEFORE, str(len(BEFORE)))
    assert "etag" in answer.headers


@pytest.mark.parametrize("later", [AFTER, None], ids=["replaced", "gone"])
async def test_a_file_that_changes_after_it_was_looked_at_is_served_whole_or_not_at_all(
    log: Path, later: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LookedAt(FileResponse):
        """Between the look and the answer the log grows."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            (log / "checkpoint").unlink()
            if later is not None:
                (log / "checkpoint").write_bytes(later)

    monkeypatch.setattr("starlette.staticfiles.FileResponse", LookedAt)
    monkeypatch.setattr(published_files, "FileResponse", LookedAt)
    files = PublishedFiles(directory=log)
    if later is None:
        with pytest.raises(HTTPException, match="404"):
            await files.get_response("checkpoint", SCOPE)
        return
    answer = await files.get_response("checkpoint", SCOPE)
    assert (answer.body, answer.headers["content-length"]) == (AFTER, str(len(AFTER)))
