"""The chapter on training and aid to a third state."""
