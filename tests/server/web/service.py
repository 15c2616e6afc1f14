"""The web service on a port, in a thread beside the test, for real browsers and streams."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import LOOPBACK, free_port


class _Announcing(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)  # type: ignore[arg-type]
        self.listening.set()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address at which `app` answers until the block ends."""
    port = free_port()
    config = uvicorn.Config(app, LOOPBACK, port, log_level="warning", timeout_graceful_shutdown=2)
    server = _Announcing(config)
    thread = threading.Thread(target=server.run, name="service")
    thread.start()
    assert server.listening.wait(PATIENCE_S)
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        app.state.house.live.close()
        server.should_exit = True
        thread.join()
