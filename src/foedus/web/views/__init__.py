"""Every view of the application, in the order of its navigation."""
