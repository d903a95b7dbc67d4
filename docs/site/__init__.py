"""The documentation as a site: pages gathered from the repository, and pages written from the code, for Sphinx to build.

`make site` writes it to build/site, to be opened from there: no page needs a server or another host. The Markdown of the
repository stays free of the builder's syntax; what Sphinx wants to be told stands in files that are written for it alone.
"""
