"""The claims, run forward: worlds that differ in what the scenario says and in nothing else."""
