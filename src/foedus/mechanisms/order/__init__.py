"""The order: who fights whom, who allies with whom, and how large wars become."""
