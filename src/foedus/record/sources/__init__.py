"""The readers, one source per file; `foedus.record.source` states what they have in common."""
