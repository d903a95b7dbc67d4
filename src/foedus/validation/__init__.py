"""How far to believe a mechanism.

Forecasts from past origins, scored against honest baselines, graded by a rule set beforehand.
"""
