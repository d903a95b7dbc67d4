"""The chapters, one a file, in the essay's order. No chapter knows another."""
