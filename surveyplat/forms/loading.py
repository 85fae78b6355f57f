"""From a file to a definition: read, shape and check it, and report every fault of all three at once."""

from pathlib import Path

from pydantic import ValidationError

from surveyplat.errors import DefinitionError, Fault
from surveyplat.forms.checking import link_faults
from surveyplat.forms.language import Definition
from surveyplat.forms.shape_faults import shape_faults
from surveyplat.forms.yaml_positions import Node, PlacedFault, parse


def load_definition(path: Path) -> Definition:
    """Load a definition from a YAML file. Raises ``DefinitionError`` with every fault, each at ``file:line:column``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        cause = f"the file cannot be read ({error.strerror})"
        raise DefinitionError([Fault("file", str(path), cause, "Name a readable YAML file")]) from None
    return definition_from_yaml(content, str(path))


def definition_from_yaml(content: bytes, name: str) -> Definition:
    """As ``load_definition``, from bytes; ``name`` stands for the file in the faults."""
    root, faults = parse(content)
    definition, shape = (None, []) if root is None else _shaped(root)
    found = [*faults, *shape, *(link_faults(root) if root is not None else [])]
    if definition is None or found:
        ordered = sorted(dict.fromkeys(found), key=lambda fault: (fault.position, fault.code))
        raise DefinitionError([fault.in_file(name) for fault in ordered])
    return definition


def _shaped(root: Node) -> tuple[Definition | None, list[PlacedFault]]:
    try:
        return Definition.model_validate(root.plain()), []
    except ValidationError as error:
        return None, shape_faults(error, root)
