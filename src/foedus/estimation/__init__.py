"""Statistics beneath the claims: nothing here knows a state, a dyad or an essay."""
