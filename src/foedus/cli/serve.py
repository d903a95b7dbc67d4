"""The command that serves the application."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from foedus.cli.options import one_thread
from foedus.errors import InputError, without_extra


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other computers ask.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65_535)] = 8000,
    root_path: Annotated[str, typer.Option(help="Path below which a proxy shows the application, such as /foedus.")] = "",
    jobs: Annotated[str, typer.Option(help="Folder in which jobs are kept; by default one below your data folder.")] = "",
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further name by which browsers may ask for it; may be given again.")
    ] = None,
) -> None:
    """Serve the application: the record, assessments, panels, claims in a browser. Example: foedus serve --port 8000"""
    one_thread()  # one question is answered at a time, beside what is kept
    try:
        from foedus.web.run import run
    except ModuleNotFoundError as error:
        if error.name not in ("fastapi", "huey", "uvicorn", "starlette"):
            raise
        raise without_extra(f"the application needs {error.name}", "web") from None
    from foedus.web.settings import Settings

    if root_path and not (root_path.startswith("/") and not root_path.endswith("/")):
        raise InputError(f"--root-path {root_path} is no path: write it with a slash before it, such as /foedus.")
    settings = Settings(host=host, port=port, root_path=root_path, jobs=jobs, allow_host=tuple(allow_host or ()))
    run(settings, lambda address: print(f"foedus: {address} (stop with Ctrl+C)", file=sys.stderr, flush=True))
