"""Personal data open for their own customer under their own key, and for nobody else."""

import pytest

from surveyplat.errors import PersonSealed
from surveyplat.fieldwork.people import Person, SealedPerson, Vault

LI = Person("李伟", "li.wei@example.com", "+8613800138000")


def test_a_sealed_person_opens_again() -> None:
    vault = Vault(b"k" * 32)
    assert vault.open("C1", vault.seal("C1", LI)) == LI


def test_each_seal_has_a_key_of_its_own() -> None:
    vault = Vault(b"k" * 32)
    first, second = vault.seal("C1", LI), vault.seal("C1", LI)
    with pytest.raises(PersonSealed):
        vault.open("C1", SealedPerson(first.wrapped_key, second.ciphertext))


def test_a_record_moved_to_another_customer_does_not_open() -> None:
    vault = Vault(b"k" * 32)
    with pytest.raises(PersonSealed, match="'C2'"):
        vault.open("C2", vault.seal("C1", LI))


def test_another_instance_cannot_open_a_record() -> None:
    with pytest.raises(PersonSealed, match="data key"):
        Vault(b"x" * 32).open("C1", Vault(b"k" * 32).seal("C1", LI))


@pytest.mark.parametrize("part", ["wrapped_key", "ciphertext"])
def test_an_altered_or_shortened_record_is_refused(part: str) -> None:
    vault = Vault(b"k" * 32)
    sealed = vault.seal("C1", LI)
    whole = {"wrapped_key": sealed.wrapped_key, "ciphertext": sealed.ciphertext}
    altered = whole[part][:-1] + bytes([whole[part][-1] ^ 1])
    for broken in (altered, whole[part][:5], b""):
        with pytest.raises(PersonSealed):
            vault.open("C1", SealedPerson(**whole | {part: broken}))


def test_a_persons_representation_shows_nothing() -> None:
    assert "李伟" not in repr(LI)
    assert "li.wei" not in repr(LI)
    assert "138" not in repr(LI)


def test_fingerprints_differ_between_instances() -> None:
    assert Vault(b"k" * 32).fingerprint("a") == Vault(b"k" * 32).fingerprint("a")
    assert Vault(b"k" * 32).fingerprint("a") != Vault(b"x" * 32).fingerprint("a")
