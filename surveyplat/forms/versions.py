"""A definition's identity: the hash of its content, free of the file's key order, comments and layout."""

import json
from hashlib import sha256

from surveyplat.forms.language import Definition


def canonical_json(definition: Definition) -> str:
    """One definition, one text: keys sorted, no spaces; the form that is stored and hashed.

    What has its default is left out, so that a field that the language gains later leaves old hashes as they are.
    """
    content = definition.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_hash(definition: Definition) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits. Any change of wording, code or weight changes it."""
    return sha256(canonical_json(definition).encode("utf-8")).hexdigest()


def definition_from_json(text: str) -> Definition:
    """Read back what ``canonical_json`` wrote. The text is a stored one, checked when it was loaded."""
    return Definition.model_validate_json(text)
