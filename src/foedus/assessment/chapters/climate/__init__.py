"""The chapter on climate and migration."""
