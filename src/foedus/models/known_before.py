"""A formula as a forecast may read it: every value as it was known before the year that is forecast.

A coefficient may be estimated from values of the year itself; a forecast that read them would know what nobody knew. So every
variable of the right side is read as it was the year before, as in foedus's own mechanisms, but for what stands inside `lag(…)`
or `years_since(…)`, which look back already, and for peace years, which are counted up to the year's beginning. No lag helps
where the value of a year itself rests on later years, as how a dispute under way ends does: such variables are named.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import replace

from foedus.models.expression import IN_TIME, function, names, tree
from foedus.models.formula import Formula
from foedus.panels.codebook import codebook
from foedus.panels.columns import describe

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


def known_in_hindsight(outcome: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return what to say of columns whose value of a year rests on later years: no lag makes them known in time.

    outcome, others : columns that are explained, and all others that are read.

    >>> known_in_hindsight([], ["polyarchy", "autocratization"])[0].split(":")[0]
    'autocratization is known in hindsight'
    """
    read, explained = _of_hindsight(others), _of_hindsight(outcome)
    told = []
    if read:
        are = "is" if len(read) == 1 else "are"
        told.append(
            f"{', '.join(read)} {are} known in hindsight: values of a year rest on later years, so that no forecast of "
            "the time could have read them, and these scores are too good"
        )
    if explained:
        told.append(
            f"{', '.join(explained)} of a year is known in hindsight: at each origin the model learns from outcomes that were "
            "not settled by then"
        )
    return tuple(told)


def _of_hindsight(columns: Iterable[str]) -> list[str]:
    wanted = dict.fromkeys(columns)
    known = describe(wanted)
    variables = {name: codebook().get(known[name].variable or "") for name in wanted if name in known}
    return [name for name, variable in variables.items() if variable is not None and variable.hindsight]


def columns_of(*texts: str | None) -> list[str]:
    """Return the columns that expressions read, each once; None reads none.

    >>> columns_of("log(gdp / population)", None, "gdp > 0")
    ['gdp', 'population']
    """
    return list(dict.fromkeys(name for text in texts if text for name in names(tree(text))))


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
