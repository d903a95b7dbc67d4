"""One factor of a formula, such as `log(gdp / population)` or `region == 'Europe'`, as an expression on the rows of a frame.

Nothing that is written there is run as Python: names of columns, numbers, texts, comparisons, arithmetic and the functions
listed here are read, and everything else is refused. What reaches into other years (`in_time.py`) has been computed before and
stands in a column that is called as it is written; columns of several values (`bases.py`) stand for themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

import polars as pl

from foedus.errors import InputError, nearest


def _known(values: pl.Expr, parts: tuple[pl.Expr, ...]) -> pl.Expr:
    """Values where every part is known: the lower of two numbers is unknown where one of them is."""
    return pl.when(pl.all_horizontal(part.is_not_null() for part in parts)).then(values)


ROWWISE: Mapping[str, Callable[..., pl.Expr]] = {
    "log": lambda x: x.log(),
    "log1p": lambda x: x.log1p(),
    "log2": lambda x: x.log(2),
    "log10": lambda x: x.log(10),
    "exp": lambda x: x.exp(),
    "sqrt": lambda x: x.sqrt(),
    "abs": lambda x: x.abs(),
    "min": lambda *parts: _known(pl.min_horizontal(parts), parts),
    "max": lambda *parts: _known(pl.max_horizontal(parts), parts),
    "I": lambda x: x,
}
"""Functions of the values of one row."""

IN_TIME = ("lag", "lead", "years_since")
"""Functions of the values that the row's unit has in other years: `in_time.py`."""

BASES = ("poly", "spline", "C")
"""Functions that stand for several columns: `bases.py`."""

KNOWN = (*ROWWISE, *IN_TIME, *BASES)
LIBRARIES = ("np", "numpy", "math")
"""Names before a dot that are passed over: `np.log` is log."""

OPERATIONS: Mapping[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
COMPARISONS: Mapping[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


def tree(text: str) -> ast.expr:
    """Return a factor as a tree; a name that is no word, as backticks allow, stands for itself.

    >>> type(tree("capability ratio")).__name__, type(tree("log(x)")).__name__
    ('Name', 'Call')
    """
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        if any(letter in text for letter in "()=<>*/"):
            hint = " Within functions, columns need names of one word: rename them." if "`" in text else ""
            raise InputError(f"{text!r} cannot be read: it is neither a column nor an expression.{hint}") from None
        return ast.Name(text.strip())


def function(node: ast.expr) -> str | None:
    """Return the name of the function that a tree calls first, without the library before it; None if it calls none.

    Raises InputError for one that is not known here.
    """
    if not isinstance(node, ast.Call):
        return None
    called = node.func
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in LIBRARIES:
        name = called.attr
    elif isinstance(called, ast.Name):
        name = called.id
    else:
        raise InputError(f"{ast.unparse(node)} cannot be read: functions are {', '.join(KNOWN)}.")
    if name not in KNOWN:
        raise InputError(f"no function is called {name!r}.{nearest(name, KNOWN)} There are: {', '.join(KNOWN)}.")
    return name


def calls(node: ast.expr, among: tuple[str, ...]) -> Iterator[ast.Call]:
    """Yield the calls of these functions within a tree, the innermost first."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from calls(child, among)
        elif isinstance(child, ast.keyword):
            yield from calls(child.value, among)
    if isinstance(node, ast.Call) and function(node) in among:
        yield node


def names(node: ast.expr, *, in_time: bool = True) -> list[str]:
    """Return the columns that a tree reads, each once; without those of other years, the call stands for its column.

    >>> names(tree("log(gdp) + lag(pact, 2)")), names(tree("log(gdp) + lag(pact, 2)"), in_time=False)
    (['gdp', 'pact'], ['gdp', 'lag(pact, 2)'])
    """
    return list(dict.fromkeys(_names(node, in_time)))


def _names(node: ast.AST, in_time: bool) -> Iterator[str]:
    if isinstance(node, ast.Call):
        if not in_time and function(node) in IN_TIME:
            yield ast.unparse(node)
            return
        for argument in node.args:
            yield from _names(argument, in_time)
        return
    if isinstance(node, ast.Name):
        yield node.id
        return
    for child in ast.iter_child_nodes(node):
        yield from _names(child, in_time)


def values(node: ast.expr, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Return a tree as an expression on a frame with these columns: numbers for numbers and yes or no, text for text.

    >>> frame = pl.DataFrame({"x": [1.0, 3.0], "war": [True, False]})
    >>> frame.select(values(tree("I(x**2) + war * (x > 2)"), frame.schema)).to_series().to_list()
    [1.0, 9.0]
    """
    match node:
        case ast.Name():
            found = _column(node.id, schema)
        case ast.Constant(value=int() | float() | str()):
            found = _constant(node)
        case ast.BinOp():
            found = _binary(node, schema)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            _check_numbers(node, [node.operand], schema)
            found = values(node.operand, schema) * (-1 if isinstance(node.op, ast.USub) else 1)
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            _check_numbers(node, [node.operand], schema)
            found = (values(node.operand, schema) == 0).cast(pl.Float64)
        case ast.BoolOp():
            _check_numbers(node, node.values, schema)
            found = _all_or_any([values(each, schema) != 0 for each in node.values], every=isinstance(node.op, ast.And))
        case ast.Compare():
            found = _compared(node, schema)
        case ast.Call():
            found = _called(node, schema)
        case _:
            raise InputError(
                f"{ast.unparse(node)!r} cannot be read: columns, numbers, + - * / **, comparisons and functions can."
            )
    return found


def holds_text(node: ast.expr, schema: Mapping[str, pl.DataType]) -> bool:
    """Say whether a tree is text, and no number or yes or no.

    >>> holds_text(tree("I(region)"), {"region": pl.String()}), holds_text(tree("gdp > 1"), {"gdp": pl.Float64()})
    (True, False)
    """
    match node:
        case ast.Constant():
            return isinstance(node.value, str)
        case ast.Name():
            return not _is_number(schema[node.id])
        case ast.Call() if function(node) in IN_TIME:
            return not _is_number(schema[ast.unparse(node)])
        case ast.Call() if function(node) == "I" and node.args:
            return holds_text(node.args[0], schema)
    return False


def computes(node: ast.expr) -> bool:
    """Say whether a tree computes: its values may then be no finite numbers though all columns are.

    >>> computes(tree("1 / gdp")), computes(tree("log(gdp)")), computes(tree("lag(gdp, 2)"))
    (True, True, False)
    """
    inner = [node]
    while inner:
        each = inner.pop()
        called = function(each)
        if isinstance(each, ast.BinOp) or (called in ROWWISE and called != "I"):
            return True
        if called not in IN_TIME:
            inner += [child for child in ast.iter_child_nodes(each) if isinstance(child, ast.expr)]
    return False


def _constant(node: ast.Constant) -> pl.Expr:
    if isinstance(node.value, str):
        return pl.lit(node.value)
    try:
        number = float(node.value)  # type: ignore[arg-type]
    except OverflowError:
        number = float("inf")
    if number == float("inf"):
        raise InputError("a number of the formula is larger than any that can be computed with (1e308).")
    return pl.lit(number)


def _check_numbers(node: ast.expr, parts: Sequence[ast.expr], schema: Mapping[str, pl.DataType]) -> None:
    """Raise InputError where what is computed with, or joined as yes and no, is text."""
    if text := [ast.unparse(part) for part in parts if holds_text(part, schema)]:
        instead = "" if text[0].startswith(("'", '"')) else f": compare it instead, as {text[0]} == '…'"
        raise InputError(f"{ast.unparse(node)!r} computes with {text[0]}, which holds text{instead}.")


def _column(name: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    kind = schema[name]
    if kind.is_numeric() or kind == pl.Boolean:
        return pl.col(name).cast(pl.Float64).fill_nan(None)
    return pl.col(name).cast(pl.String)


def _binary(node: ast.BinOp, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    _check_numbers(node, [node.left, node.right], schema)
    left, right = values(node.left, schema), values(node.right, schema)
    if isinstance(node.op, ast.BitAnd | ast.BitOr):
        return _all_or_any([left != 0, right != 0], every=isinstance(node.op, ast.BitAnd))
    if type(node.op) not in OPERATIONS:
        raise InputError(f"{ast.unparse(node)!r} cannot be read: of operations there are + - * / ** & |.")
    return OPERATIONS[type(node.op)](left, right)


def _is_number(kind: pl.DataType) -> bool:
    return kind.is_numeric() or kind == pl.Boolean


def _all_or_any(parts: list[pl.Expr], *, every: bool) -> pl.Expr:
    return (pl.all_horizontal(parts) if every else pl.any_horizontal(parts)).cast(pl.Float64)


def _compared(node: ast.Compare, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    sides, parts = [node.left, *node.comparators], []
    if any(isinstance(side, ast.BinOp) and isinstance(side.op, ast.BitAnd | ast.BitOr) for side in sides):
        raise InputError(
            f"{ast.unparse(node)!r} compares what & or | joins, for these bind before < and >: put brackets around each "
            "comparison, as in (x > 0) & (y > 1), or write and, or."
        )
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
            for each in right.elts:
                _check_alike(node, left, each, schema)
            among = pl.any_horizontal([_compares(left, schema) == _compares(each, schema) for each in right.elts])
            parts.append(among if isinstance(operator, ast.In) else ~among)
        elif type(operator) in COMPARISONS:
            _check_alike(node, left, right, schema)
            parts.append(COMPARISONS[type(operator)](_compares(left, schema), _compares(right, schema)))
        else:
            raise InputError(f"{ast.unparse(node)!r} cannot be read: of comparisons there are == != < <= > >= in.")
    return _all_or_any(parts, every=True)


def _check_alike(node: ast.expr, left: ast.expr, right: ast.expr, schema: Mapping[str, pl.DataType]) -> None:
    """Raise InputError where text is compared with numbers, or with yes and no."""
    if holds_text(left, schema) == holds_text(right, schema):
        return
    text, number = (left, right) if holds_text(left, schema) else (right, left)
    raise InputError(
        f"{ast.unparse(node)!r} compares text with numbers: {ast.unparse(text)} is text, and {ast.unparse(number)} is a "
        "number, or yes (1) or no (0)."
    )


def _compares(node: ast.expr, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Return one side of a comparison: unknown where what is computed is no finite number, as after a division by zero."""
    found = values(node, schema)
    return pl.when(found.is_finite()).then(found) if computes(node) else found


def _called(node: ast.Call, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    name = function(node)
    if name in IN_TIME:
        return _column(ast.unparse(node), schema)
    if name in BASES:
        raise InputError(f"{ast.unparse(node)} stands for several columns: make it a term of its own, in nothing but products.")
    if node.keywords or not node.args:
        raise InputError(f"{ast.unparse(node)} cannot be read: {name} takes values, without names.")
    if name != "I":
        _check_numbers(node, node.args, schema)
    try:
        return ROWWISE[str(name)](*(values(each, schema) for each in node.args))
    except TypeError:
        raise InputError(f"{ast.unparse(node)} cannot be read: {name} takes one value.") from None
