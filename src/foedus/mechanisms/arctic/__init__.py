"""The Arctic: its ice, who takes an interest, and disputes between its states."""
