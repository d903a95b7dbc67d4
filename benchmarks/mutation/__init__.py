"""How much of the code the tests hold: small faults put into it, one at a time, and whether the fast suite notices."""
