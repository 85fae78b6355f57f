"""One action on one landscape page: the A3 sheet and the 8D sheet, with room to write by hand what is not recorded."""
