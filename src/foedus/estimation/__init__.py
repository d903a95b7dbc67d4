"""Statistics beneath the claims: nothing here knows a source, a mechanism or an essay; a row is of one unit or of two."""
