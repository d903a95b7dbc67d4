"""The chapter on what binds the two, and what they have fought over."""
