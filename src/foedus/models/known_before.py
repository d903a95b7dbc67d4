"""A formula as a forecast may read it: every value as it was known before the year that is forecast.

A coefficient may be estimated from values of the year itself; a forecast that read them would know what nobody knew. So every
variable of the right side is read as it was the year before, as in foedus's own mechanisms, but for what stands inside `lag(…)`
or `years_since(…)`, which look back already, and for peace years, which are counted up to the year's beginning.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from foedus.models.expression import IN_TIME, function, tree
from foedus.models.formula import Formula

ENDINGS = ("peace_years", "year")
"""How variables are called that are known at the year's beginning: clocks of peace, and the year itself."""


def known_before(
    formula: Formula, known: Collection[str] = (), columns: Collection[str] = ()
) -> tuple[Formula, dict[str, str]]:
    """Return a formula with every variable lagged that is not known at the year's beginning, and factor → what it became.

    known : variables that are, beside clocks. columns : of the panel, which stand for themselves where a factor is called so.

    >>> from foedus.models.formula import parsed
    >>> known_before(parsed("war ~ log(gdp) + lag(pact) + peace_years + C(region)"))[1]
    {'log(gdp)': 'log(lag(gdp))', 'lag(pact)': 'lag(pact)', 'peace_years': 'peace_years', 'C(region)': 'C(lag(region))'}
    """
    renamed = {factor: _lagged(factor, known, columns) for factor in formula.factors}
    terms = tuple(tuple(renamed[factor] for factor in term) for term in formula.terms)
    right = [":".join(term) for term in terms]
    text = f"{formula.outcome} ~ {' + '.join([*right] if formula.intercept else ['0', *right]) or '1'}"
    return replace(formula, text=text, terms=terms), renamed


def _lagged(factor: str, known: Collection[str], columns: Collection[str]) -> str:
    node = ast.Name(factor) if factor in columns else tree(factor)
    return ast.unparse(_Lagged(known).visit(node))


class _Lagged(ast.NodeTransformer):
    """Puts every variable inside lag(…), but those that are known at the year's beginning or look back already."""

    def __init__(self, known: Collection[str]) -> None:
        self.known = known

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave what looks back as it is, and go into the values of everything else, not into its name."""
        if function(node) in IN_TIME:
            return node
        return ast.Call(node.func, [self.visit(each) for each in node.args], node.keywords)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Lag a variable."""
        if node.id in self.known or node.id.endswith(ENDINGS):
            return node
        return ast.Call(ast.Name("lag"), [node], [])
