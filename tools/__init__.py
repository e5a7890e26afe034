"""What runs before there is a virtual environment: the standard library only."""
