"""The chapter on what warning radars see."""
