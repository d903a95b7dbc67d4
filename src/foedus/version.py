"""The version of foedus, on the ground floor: whatever writes it into a file imports nothing else for it."""

__version__ = "0.1.0"
