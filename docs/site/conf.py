"""What Sphinx is told of the site. It is copied into the tree of pages that `docs.site` lays out."""

from __future__ import annotations

import re
from typing import Any

project = "foedus"
author = "The foedus developers"
copyright = "The foedus developers, Apache License 2.0"  # noqa: A001, RUF100 - Sphinx names it so

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns: list[str] = []
nitpicky = True
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]  # a table's page may go from a first heading to a third
pygments_style = "default"

html_theme = "pydata_sphinx_theme"
html_title = "foedus"
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["foedus.css"]
html_theme_options = {
    "logo": {"text": "foedus"},
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_nav_level": 1,
    "navigation_with_keys": False,
}
html_last_updated_fmt = None


def setup(app: Any) -> None:
    """Let long names be broken after an underscore, where a table is narrow, and not within a word."""
    app.connect("html-page-context", _breakable)


def _breakable(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    named = re.compile(r'(?<=<span class="pre">)[^<]*_[^<]*')
    context["body"] = named.sub(lambda name: name[0].replace("_", "_<wbr>"), context.get("body", ""))
