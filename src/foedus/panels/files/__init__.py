"""Every format that a panel is written to and read from."""
