"""What one act costs: the door, the same by hand, and other libraries, on one PostgreSQL."""
