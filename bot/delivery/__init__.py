"""What comes in is kept before it is acknowledged, what goes out after it is committed."""
