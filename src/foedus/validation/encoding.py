"""Results as plain values: dataclasses, tuples and arrays in terms of JSON, frames wherever the caller puts them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import polars as pl

Path = tuple[str, ...]
"""The fields that lead to a value."""


def encoded(value: Any, put: Callable[[Path, pl.DataFrame], Any], path: Path = ()) -> Any:
    """Return a value in terms of JSON; `put` takes each frame, and returns what is to stand for it.

    >>> encoded({"a": (1, np.array([0.5]))}, inline)
    {'dict': {'a': {'tuple': [1, {'array': [0.5]}]}}}
    """

    def within(name: object, each: Any) -> Any:
        return encoded(each, put, (*path, str(name)))

    if is_dataclass(value) and not isinstance(value, type):
        return {
            "kind": type(value).__name__,
            "of": {each.name: within(each.name, getattr(value, each.name)) for each in fields(value)},
        }
    if isinstance(value, pl.DataFrame):
        return {"frame": put(path, value)}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist()}
    if isinstance(value, tuple):
        return {"tuple": [within(place, each) for place, each in enumerate(value)]}
    if isinstance(value, dict):
        pairs = [(key, within(key, each)) for key, each in value.items()]
        return {"dict": dict(pairs)} if all(isinstance(key, str) for key in value) else {"pairs": pairs}
    return value


def decoded(value: Any, kinds: Mapping[str, type], get: Callable[[Any], pl.DataFrame]) -> Any:
    """Return the value that `encoded` described; raises KeyError for a kind that is not among the given ones."""

    def within(each: Any) -> Any:
        return decoded(each, kinds, get)

    if not isinstance(value, dict):
        return value
    if "kind" in value:
        return kinds[value["kind"]](**{name: within(each) for name, each in value["of"].items()})
    ((tag, content),) = value.items()
    if tag == "frame":
        return get(content)
    if tag == "array":
        return np.array(content, dtype=np.float64)
    if tag == "tuple":
        return tuple(map(within, content))
    return {key: within(each) for key, each in (content.items() if tag == "dict" else content)}


def inline(_: Path, frame: pl.DataFrame) -> str:
    """Return a frame as text."""
    content = io.BytesIO()
    frame.write_ipc(content, compression="zstd")
    return base64.b64encode(content.getvalue()).decode()


def from_inline(text: str) -> pl.DataFrame:
    """Return the frame that `inline` wrote.

    >>> from_inline(inline((), pl.DataFrame({"year": [1990]})))["year"].to_list()
    [1990]
    """
    return pl.read_ipc(io.BytesIO(base64.b64decode(text)))
