"""A client that asks the application in the process: no port is opened."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from foedus.web.app import application
from foedus.web.settings import Limits, Settings

BASE = "http://127.0.0.1:8000"

PATIENT = Settings(limits=Limits(seconds=600))
"""On a busy machine an answer may take longer than a browser would wait."""


class Client:
    """Ask an application."""

    def __init__(self, settings: Settings = PATIENT) -> None:
        """Make the application."""
        self.app = application(settings)
        self._runner = asyncio.Runner()

    def get(self, address: str, method: str = "GET", base: str = BASE, **headers: str) -> httpx.Response:
        """Return the answer to an address."""
        return self.all([address], method, base, **headers)[0]

    def post(self, address: str, fields: dict[str, str], base: str = BASE, **headers: str) -> httpx.Response:
        """Return the answer to a form that is posted; where that leads to is not followed."""
        named: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                return await client.post(address, data=fields, headers=named)

        return self._runner.run(ask())

    def all(self, addresses: list[str], method: str = "GET", base: str = BASE, **headers: str) -> list[httpx.Response]:
        """Return the answers to addresses that are asked for at once."""
        named: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}

        async def ask() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                return await asyncio.gather(*(client.request(method, each, headers=named) for each in addresses))

        return self._runner.run(ask())

    def close(self) -> None:
        """End the loop."""
        self._runner.close()
