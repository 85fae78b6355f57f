"""A report verified by itself, without a database: how far its numbers can be believed, and where that ends."""
