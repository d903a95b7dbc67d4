"""French grammar of names: the article, and what becomes of it after "de", "à" and "en"."""

from __future__ import annotations

VOWELS = "aàâeéèêëiîïoôuùûüyhAÀÂEÉÈÊËIÎÏOÔUÙÛÜYH"
"""Letters before which "de" loses its own; names of states that begin with an H are said without one."""

FORMS = ("bare", "de", "à", "en")
"""How a name may stand in a pattern, as in {state:de}: without its article, or after a preposition."""


def declined(name: str, form: str, inside: str = "") -> str:
    """Return a name in a form; `inside` is how one is in that state, where usage does not follow the article.

    >>> [declined("les États-Unis", form) for form in FORMS]
    ['États-Unis', 'des États-Unis', 'aux États-Unis', 'aux États-Unis']
    >>> [declined(name, "en") for name in ("le Canada", "la France", "l'Iran", "Cuba")]
    ['au Canada', 'en France', 'en Iran', 'à Cuba']
    >>> [declined(name, "de") for name in ("le Canada", "la France", "l'Iran", "Cuba", "Israël")]
    ['du Canada', 'de la France', "de l'Iran", 'de Cuba', "d'Israël"]
    """
    article, bare = _parted(name)
    if form == "bare":
        return bare
    if form == "de":
        plain = f"d'{bare}" if bare[0] in VOWELS else f"de {bare}"
        return {"le ": f"du {bare}", "les ": f"des {bare}", "la ": f"de {name}", "l'": f"de {name}"}.get(article, plain)
    if form == "à":
        return {"le ": f"au {bare}", "les ": f"aux {bare}"}.get(article, f"à {name}")
    if form == "en":
        return inside or {"le ": f"au {bare}", "les ": f"aux {bare}", "": f"à {bare}"}.get(article, f"en {bare}")
    raise ValueError(f"a name has no form {form!r}: there are {', '.join(FORMS)}.")


def _parted(name: str) -> tuple[str, str]:
    """The article, with what is between it and the name, and the name."""
    article = next((each for each in ("le ", "la ", "les ", "l'") if name.startswith(each)), "")
    return article, name.removeprefix(article)
