"""What it means for a partnership: findings in chapters, each with its number, interval, baseline, grade and sources."""
