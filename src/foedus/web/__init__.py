"""The application: the record, assessments, panels, claims and the warning network in a browser.

Every view is an address: a page, and beside it the same as JSON and as CSV. Nothing is computed here and nothing is told a
second time: a view resolves its question, asks the layers below, and shows the report's own parts. What it adds is what a
server needs: questions with types, one shape of refusal, limits, what is kept and when it is let go.
"""
