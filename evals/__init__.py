"""Tools and sets that measure the product; none of them is part of it."""
