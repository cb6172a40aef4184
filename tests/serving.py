"""The application behind a real socket, for browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import create_server
from waitress.wasyncore import close_all


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application; gives its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    # The thread that waits on the sockets closes them: nobody else knows when it does not.
    server.trigger.pull_trigger(lambda: close_all(server._map))
    thread.join(5)
    assert not thread.is_alive()
