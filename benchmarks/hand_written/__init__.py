"""The same updates, as one writes them by hand in each framework."""
