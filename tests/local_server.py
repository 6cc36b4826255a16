"""A local HTTP server for tests of clients."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], **about: object) -> Iterator[str]:
    """The address of a server whose handlers have these attributes, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("One", (handler,), about))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
