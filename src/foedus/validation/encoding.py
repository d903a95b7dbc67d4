"""Results as plain values: dataclasses, tuples and arrays in terms of JSON, frames wherever the caller puts them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import polars as pl

from foedus.digits import rounded, rounded_columns

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


def rounded_tree(tree: Any) -> Any:
    """Return what `encoded` gave with every float to `digits.COMPUTED` significant digits.

    >>> rounded_tree({"dict": {"share": 2 / 3, "years": {"tuple": [1990, 0.1 + 0.2]}}})
    {'dict': {'share': 0.6666666667, 'years': {'tuple': [1990, 0.3]}}}
    """
    if isinstance(tree, float):
        return rounded(tree)
    if isinstance(tree, dict):
        return {key: rounded_tree(each) for key, each in tree.items()}
    return [rounded_tree(each) for each in tree] if isinstance(tree, list | tuple) else tree


def as_kept(value: Any, kinds: Mapping[str, type]) -> Any:
    """Return a value as it is when it has been written and read: the same whether it was computed now or comes from a file.

    Raises KeyError for a kind that is not among the given ones.

    >>> as_kept((2 / 3, pl.DataFrame({"share": [1 / 3]})), {})[0]
    0.6666666667
    """
    return decoded(rounded_tree(encoded(value, lambda _, frame: rounded_columns(frame))), kinds, lambda frame: frame)


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
