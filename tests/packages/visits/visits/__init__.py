"""State visits, invented: a source, a mechanism, a chapter and claims for foedus."""

from pathlib import Path

SOURCE = Path(__file__).with_name("state_visits.toml")
"""The declaration; its table lies beside it."""

CLAIMS = Path(__file__).with_name("claims.toml")
