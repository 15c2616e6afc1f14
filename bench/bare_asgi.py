"""The floor of every request: an application that does nothing, under the same web server; a program of its own."""

import socket

import uvicorn
from starlette.types import Receive, Scope, Send

from bench.processes import HOST

ANSWER = b'{"rows":[],"next":null}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]


async def application(_scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, answer a few bytes."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


def main() -> None:
    """Serve on any free port, and say which, until terminated."""
    listener = socket.create_server((HOST, 0))
    print(f"http://{HOST}:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(application, lifespan="off", access_log=False, log_level="error")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
