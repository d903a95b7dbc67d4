"""How far to believe a mechanism: forecasts from past origins, scored against honest baselines, graded by a rule set beforehand."""
