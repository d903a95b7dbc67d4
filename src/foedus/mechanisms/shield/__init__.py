"""The shield and its price: what pacts oblige to, whether they keep attackers away, and whose wars they bring."""
