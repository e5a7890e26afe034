"""What changes visits and their plans."""
