"""What the models cannot see: the links between distant places of a definition, and what must agree inside one.

Each check takes the tree of the file, with what it shares written out, and yields its faults. A part that is faulty in
itself is reported by another check, and is no reason for a second fault.
"""

from collections.abc import Callable, Collection, Iterator

from surveyplat.forms.fieldwork_checking import fieldwork_faults
from surveyplat.forms.item_checking import item_faults
from surveyplat.forms.latent_checking import latent_faults
from surveyplat.forms.measurement_checking import measurement_faults
from surveyplat.forms.name_checking import name_faults
from surveyplat.forms.outline import places_of_rules
from surveyplat.forms.placeholder_checking import placeholder_faults
from surveyplat.forms.reading_time import length_faults
from surveyplat.forms.reference_checking import reference_faults
from surveyplat.forms.rule_checking import rule_faults
from surveyplat.forms.scale_checking import scale_faults
from surveyplat.forms.text_checking import text_faults
from surveyplat.forms.yaml_positions import Node, PlacedFault

CHECKS: tuple[Callable[[Node], Iterator[PlacedFault]], ...] = (
    name_faults,
    text_faults,
    placeholder_faults,
    scale_faults,
    item_faults,
    reference_faults,
    measurement_faults,
    latent_faults,
    fieldwork_faults,
    length_faults,
)


def link_faults(root: Node, shape: Collection[PlacedFault] = ()) -> list[PlacedFault]:
    """Every fault between two places of one definition, and inside its parts. ``shape`` are those found before.

    What the rules say is looked at when all of them can be read: none of their places has a fault so far.
    """
    found = [fault for check in CHECKS for fault in check(root)]
    faulty = {fault.position for fault in (*shape, *found)}
    return found if faulty & places_of_rules(root) else [*found, *rule_faults(root)]
