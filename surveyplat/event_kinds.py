"""What may happen that a person is asked about afterwards."""

from typing import Literal

EventKind = Literal["sale", "service", "lost", "enquiry", "dealer", "employee", "inspection"]
"""sale: a car was handed over. service: a visit to the shop. lost: a customer or buyer went elsewhere. enquiry:
somebody asked for an offer or a test drive. dealer: a dealer is asked about the maker. employee: somebody of a dealer's
staff is asked. inspection: an inspector visits a dealer and fills in a checklist on site."""

OF_A_VEHICLE: frozenset[EventKind] = frozenset({"sale", "service"})
"""The kinds that never happen without a vehicle; any other may do without one."""
