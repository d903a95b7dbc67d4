"""Claims of fact, checked: a file says what is claimed and how to tell; the verdict follows from the record."""
