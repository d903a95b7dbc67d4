"""Warning radars and what they see: geometry and detection, a model that reads sites and elevation and nothing else."""
