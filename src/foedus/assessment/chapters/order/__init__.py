"""The chapter on the order: risks of disputes, and who allies with whom."""
