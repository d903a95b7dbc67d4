"""The claims of the essay as estimated relations, in its order."""
