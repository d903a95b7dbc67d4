"""Models of one's own: a formula and a panel in; estimates, tests and grades out, by the rules of foedus's own mechanisms."""
