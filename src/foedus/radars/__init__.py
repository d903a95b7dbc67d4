"""What warning radars see: geometry and detection, a model of its own that reads sites and elevation and nothing else."""
