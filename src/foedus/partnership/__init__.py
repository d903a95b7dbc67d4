"""The bonds of a partnership: its members, its agreements, and the obligations that follow from them in a year."""
