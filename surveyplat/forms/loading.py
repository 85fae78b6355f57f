"""From a file to a definition: read, shape and check it, and report every fault of all three at once."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from surveyplat.errors import DefinitionError, Fault, UnknownStudy
from surveyplat.forms.checking import link_faults
from surveyplat.forms.language import Definition
from surveyplat.forms.shape_faults import shape_faults
from surveyplat.forms.sharing import expanded
from surveyplat.forms.shelf import is_shared
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault, Position, parse
from surveyplat.shipped import shipped_folder


def load_definition(path: Path) -> Definition:
    """Load a definition from a YAML file. Raises ``DefinitionError`` with every fault, each at ``file:line:column``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        cause = f"the file cannot be read ({error.strerror})"
        raise DefinitionError([Fault("file", str(path), cause, "Name a readable YAML file")]) from None
    return definition_from_yaml(content, str(path))


def definition_from_yaml(content: bytes, name: str, folder: Path | None = None) -> Definition:
    """As ``load_definition``, from bytes; ``name`` stands for the file in the faults.

    The files that it uses are looked for in ``folder``, else in the folder of ``name``.
    """
    if is_shared(content):
        cause = "this file is shared by definitions, and is none itself"
        raise DefinitionError([Fault("shared-file", name, cause, "Check a definition that uses it")])
    root, faults = parse(content)
    definition, found = (None, []) if root is None else _judged(root, folder or Path(name).parent)
    if definition is None or faults or found:
        ordered = sorted(dict.fromkeys([*faults, *found]), key=_by_place)
        raise DefinitionError([fault.in_file(name) for fault in ordered])
    return definition


def _judged(root: Node, folder: Path) -> tuple[Definition | None, list[PlacedFault]]:
    """The definition, if its shape allows one, and every fault of its sharing, its shape and its links.

    Names are not looked up while a file or a block is missing: what is missing would seem unknown wherever it is named.
    """
    whole = expanded(root, folder)
    definition, shape = _shaped(whole.root)
    shape = [fault for fault in shape if fault.position not in whole.unresolved]
    links = link_faults(whole.root, shape) if whole.complete else []
    return definition, [*whole.faults, *shape, *links]


def _by_place(fault: PlacedFault) -> tuple[str, Position, str]:
    return fault.position.file, fault.position, fault.code


def load_study(study: str, own: Path | None = None) -> Definition:
    """The definition of a study: from the folder ``own`` where it holds one, else the shipped one.

    A study's file has its name. Raises ``UnknownStudy``, naming those that there are, and ``DefinitionError`` for a
    folder that is not there, a file's faults, and a file that is named after another study than its own.
    """
    if own is not None and not own.is_dir():
        cause = "there is no such folder of questionnaires"
        raise DefinitionError([Fault("file", str(own), cause, "Correct SURVEYPLAT_QUESTIONNAIRES, or make the folder")])
    folders = [shipped_folder("questionnaires"), *([own] if own else [])]
    files = {path.stem: path for path in definition_files(folders)}
    if study not in files:
        raise UnknownStudy(f"{study}: no such study. {did_you_mean(study, files)}There are: {', '.join(files)}")
    definition = load_definition(files[study])
    if definition.study != study:
        cause = f"the file is named {study} and holds the study {definition.study}"
        raise DefinitionError([Fault("file", str(files[study]), cause, "Name the file after its study")])
    return definition


def load_file_or_study(name: str) -> Definition:
    """What a command was given: the definition in a file, else the shipped one of a study.

    Raises ``DefinitionError`` for the file's faults, ``UnknownStudy`` when it is neither.
    """
    return load_definition(Path(name)) if names_a_file(name) else load_study(name)


def names_a_file(name: str) -> bool:
    """Whether a command was given a file: one that is there, or what is written as one."""
    path = Path(name)
    return path.suffix in (".yaml", ".yml") or path.is_file()


def definition_files(paths: Iterable[Path]) -> list[Path]:
    """The files among ``paths``, and every definition in the folders among them, in the order of their names.

    A definition is any YAML file that does not start as a file for sharing does.
    """
    found = [_yaml_files(path) if path.is_dir() else [path] for path in paths]
    return list(dict.fromkeys(file for files in found for file in files))


def _yaml_files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))
    return [path for path in files if not _is_shared_file(path)]


def _is_shared_file(path: Path) -> bool:
    try:
        return is_shared(path.read_bytes())
    except OSError:
        return False


def load_definitions(paths: Iterable[Path]) -> list[Definition]:
    """Load files and folders of files. Raises ``DefinitionError`` with every fault of every file.

    A fault of a file that several use is named once.
    """
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
        raise DefinitionError(list(dict.fromkeys(faults)))
    return definitions


def _shaped(root: Node) -> tuple[Definition | None, list[PlacedFault]]:
    try:
        return Definition.model_validate(root.plain()), []
    except ValidationError as error:
        return None, shape_faults(error, root)
