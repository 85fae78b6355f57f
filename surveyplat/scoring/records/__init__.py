"""What scores are made of: frozen dataclasses, data alone, read without what computing needs."""
