"""The chapter on technology and the industrial base."""
