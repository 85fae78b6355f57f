"""The demonstration: the whole way on a synthetic dealer group, on real parts, with the clock set to past quarters."""
