"""The record, arranged: keyed frames at one unit of analysis, with the variables one asks for by name."""
