"""Climate and migration: disasters, flight from one state to another, and what hosting goes with."""
