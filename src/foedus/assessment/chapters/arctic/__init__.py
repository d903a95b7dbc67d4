"""The chapter on the Arctic."""
