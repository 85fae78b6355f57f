"""From a file to a definition: read, shape and check it, and report every fault of all three at once."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from surveyplat.errors import DefinitionError, Fault, UnknownStudy
from surveyplat.forms.checking import link_faults
from surveyplat.forms.language import Definition
from surveyplat.forms.shape_faults import shape_faults
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault, parse
from surveyplat.shipped import shipped_folder


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


def load_study(study: str) -> Definition:
    """The shipped definition of a study. Raises ``UnknownStudy``, naming those that there are."""
    files = {path.stem: path for path in definition_files([shipped_folder("questionnaires")])}
    if study not in files:
        raise UnknownStudy(f"{study}: no such study. {did_you_mean(study, files)}Shipped: {', '.join(files)}")
    return load_definition(files[study])


def definition_files(paths: Iterable[Path]) -> list[Path]:
    """The files among ``paths``, and every YAML file of the folders among them, in the order of their names."""
    found = [_yaml_files(path) if path.is_dir() else [path] for path in paths]
    return list(dict.fromkeys(file for files in found for file in files))


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))


def load_definitions(paths: Iterable[Path]) -> list[Definition]:
    """Load files and folders of files. Raises ``DefinitionError`` with every fault of every file."""
    named = list(paths)
    definitions: list[Definition] = []
    faults: list[Fault] = []
    for path in definition_files(named):
        try:
            definitions.append(load_definition(path))
        except DefinitionError as error:
            faults.extend(error.faults)
    if not definitions and not faults:
        places = ", ".join(str(path) for path in named)
        faults.append(
            Fault("file", places, "there is no YAML file here", "Name a definition or a folder of definitions")
        )
    if faults:
        raise DefinitionError(faults)
    return definitions


def _shaped(root: Node) -> tuple[Definition | None, list[PlacedFault]]:
    try:
        return Definition.model_validate(root.plain()), []
    except ValidationError as error:
        return None, shape_faults(error, root)
