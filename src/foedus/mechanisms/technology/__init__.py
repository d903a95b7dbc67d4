"""Technology and the industrial base: readiness, who catches up, and what two industries complement."""
