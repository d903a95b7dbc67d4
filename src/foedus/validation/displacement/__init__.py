"""How far flight can be foreseen: corridor by corridor, by what drives it, and where people are expected."""
