"""Build the site: `python -m docs.site [OUTPUT]`, by default build/site. Every warning of the builder is a fault."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.site.commands import commands_page
from docs.site.functions import errors_page, functions_page
from docs.site.mechanisms import mechanism_pages
from docs.site.tree import ROOT, lay_out


def generated() -> dict[str, str]:
    """Return every page that is written from the code: path → text."""
    pages = {
        "generated/commands.md": commands_page(),
        "generated/functions.md": functions_page(),
        "generated/errors.md": errors_page(),
    }
    return pages | {f"generated/mechanisms/{name}.md": text for name, text in mechanism_pages().items()}


def build(output: Path) -> int:
    """Build the site into a folder and return Sphinx's exit code: not 0 if anything is amiss, a link that leads nowhere too."""
    from sphinx.cmd.build import build_main

    tree = output.with_name(f"{output.name}-pages")
    lay_out(tree, generated())
    arguments = ["-q", "-W", "--keep-going", "-n", "-E", "-b", "html", "-d", str(tree / ".doctrees"), str(tree), str(output)]
    return int(build_main(arguments))


def main() -> None:
    """Build where the command line says."""
    output = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "site"
    code = build(output.resolve())
    if not code:
        print(f"The site is {output / 'index.html'}")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
