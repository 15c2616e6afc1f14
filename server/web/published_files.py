"""The published log's files over HTTP, each answer whole: the checkpoint is replaced while somebody reads it."""

from http import HTTPStatus
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_ABOUT_THE_FILE = ("etag", "last-modified")


class PublishedFiles(StaticFiles):
    """A folder of small files that may be replaced or tidied away at any moment.

    Starlette's own answer announces the length of the file that it looked at, and then sends the one it finds.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file as it is at one moment; 404 where it is gone."""
        response = await super().get_response(path, scope)
        if not isinstance(response, FileResponse):
            return response
        try:
            content = await run_in_threadpool(Path(response.path).read_bytes)
        except FileNotFoundError:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        headers = {name: response.headers[name] for name in _ABOUT_THE_FILE if name in response.headers}
        return Response(content, response.status_code, headers, response.media_type)
