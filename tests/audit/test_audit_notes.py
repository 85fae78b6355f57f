"""Signed notes are those of Go's checksum database, and checkpoints those of transparency logs."""

import pytest

from surveyplat.audit.checkpoint import Checkpoint, checkpoint_of
from surveyplat.audit.notes import PublicKey, Signer, read_note
from surveyplat.errors import ProofError

# The example in the documentation of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("survey.example", bytes(range(32)))


def test_a_note_that_go_signed_is_verified():
    key = PublicKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    assert read_note(GO_NOTE).is_signed_by(key)
    assert not read_note(GO_NOTE.replace("answer", "Answer")).is_signed_by(key)


def test_our_note_is_verified_by_its_key_alone():
    note = read_note(SIGNER.note("said\n"))
    assert note.text == "said\n"
    assert note.is_signed_by(PublicKey.parse(str(SIGNER.public)))
    assert not note.is_signed_by(PublicKey.parse(GO_KEY))
    assert not note.is_signed_by(PublicKey("another.example", SIGNER.public.key))
    assert SIGNER.note("said\n") == SIGNER.note("said\n")


@pytest.mark.parametrize("key", ["", "name", GO_KEY[:-4], GO_KEY.replace("c7", "c8"), GO_KEY.replace("Peter", "Paul")])
def test_a_damaged_key_is_refused(key):
    with pytest.raises(ProofError, match="key: "):
        PublicKey.parse(key)


@pytest.mark.parametrize("note", ["", "text\n", "text\n\n", "text\n\nname sig\n", "text\n\n— name\n"])
def test_what_is_no_note_is_refused(note):
    with pytest.raises(ProofError, match="no signed text"):
        read_note(note)


def test_a_checkpoint_is_read_as_it_was_written():
    checkpoint = checkpoint_of("survey.example", [bytes(32), bytes(32)])
    assert Checkpoint.parse(checkpoint.text) == checkpoint
    for damaged in (checkpoint.text[:-1], checkpoint.text.replace("\n2\n", "\n02\n"), checkpoint.text + "more\n"):
        with pytest.raises(ProofError, match="checkpoint"):
            Checkpoint.parse(damaged)


def test_nobody_signs_under_a_name_that_could_be_read_in_two_ways():
    for name in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(ProofError, match="cannot sign"):
            Signer(name, bytes(32))
