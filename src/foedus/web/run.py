"""Run the application until it is stopped: bind first, so that a port in use is one message, then answer."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable

import uvicorn

from foedus.errors import InputError
from foedus.web.app import application
from foedus.web.settings import Settings


def run(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until stopped; `tell` is given the address once browsers can ask. Raises InputError if it cannot listen there."""
    bound = _bound(settings)
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    app = application(settings, warm=True)
    gc.freeze()  # what is loaded stays
    config = uvicorn.Config(
        app,
        root_path=settings.root_path,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    tell(f"http://{shown}:{port}{settings.root_path}/")
    uvicorn.Server(config).run(sockets=[bound])


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        raise InputError(
            f"cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}. Choose another --port, or 0."
        ) from None
