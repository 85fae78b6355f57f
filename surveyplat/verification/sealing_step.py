"""Whether a report was signed, by whom, and whether the log holds what it rests on."""

from surveyplat.audit.notes import PublicKey
from surveyplat.errors import SurveyplatError
from surveyplat.reports.sealing import Proved, check_seal, read_seal
from surveyplat.verification.opening import UNREADABLE, Opened
from surveyplat.verification.verdicts import Step


def check_sealed(report: Opened, key_name: str, key: PublicKey | None) -> Step:
    """``key_name`` is the key that the report itself says it is sealed with; empty where it says none.

    Without ``key`` the seal is checked by the key that it brings along. That shows that nothing was changed since
    somebody signed it, and not who that was: anybody can make a key.
    """
    if report.sealed is None:
        return _unsealed(key_name, key)
    try:
        by = key or read_seal(report.sealed.seal).own_key
        proved = check_seal(report.sealed, report.bundle, by)
    except (SurveyplatError, *UNREADABLE) as error:
        return Step("sealed", "failed", str(error))
    told = _told(proved)
    if key is None:
        beware = "the key came with the report itself, so anybody may have made both; give the publisher's (--key)"
        return Step("sealed", "in_part", f"signed by {by.fingerprint}; {beware}. {told}")
    return Step("sealed", "passed", f"signed by {by.fingerprint}. {told}")


def _unsealed(key_name: str, key: PublicKey | None) -> Step:
    if key_name:
        told = f"NOT SEALED: it says that it is sealed by {key_name}, and the seal was taken away"
        return Step("sealed", "failed", told)
    told = "NOT SEALED: nobody has signed it, so anybody may have made it"
    return Step("sealed", "not_checked" if key is None else "failed", told)


def _told(proved: Proved) -> str:
    frozen = ", ".join(f"{each['subject']} as entry {each['index']}" for each in proved.freezes)
    log = proved.checkpoint
    return f"The audit log of {log.origin}, {log.size} entries, holds every freeze that it rests on: {frozen}"
