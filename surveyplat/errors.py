"""Every failure that the product can name, in one tree, and the HTTP status of each.

An error's message is a sentence for its reader: it names the place, the fault and the fix. Anything that is not a
``SurveyplatError`` is a defect of the program and may show a traceback.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class SurveyplatError(Exception):
    """The root: a fault that a person can understand and mend."""


@dataclass(frozen=True)
class Fault:
    """One fault of an input: where it is, what is wrong, and how to mend it."""

    code: str
    place: str
    cause: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.cause}. {self.fix}"


class InvalidInput(SurveyplatError):
    """An input with one fault or more, all of them reported at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SettingsError(InvalidInput):
    """A setting is absent or malformed."""


class DefinitionError(InvalidInput):
    """A questionnaire definition has faults."""


class UnknownStudy(SurveyplatError):
    """No definition with this name is shipped or stored."""


class InvalidPeriod(SurveyplatError):
    """A period's name is not a year, a quarter or a month."""


class FieldworkOpen(SurveyplatError):
    """The period cannot be frozen yet: answers may still arrive."""


class NothingToFreeze(SurveyplatError):
    """The study has no response in this period."""


class NothingToCorrect(SurveyplatError):
    """A correction of a frozen period that would change nothing, or leave nothing."""


class SnapshotMissing(SurveyplatError):
    """The period was never frozen, or its file is gone."""


class SnapshotAltered(SurveyplatError):
    """A snapshot's content no longer has the hash that it was frozen under."""


class ProofError(SurveyplatError):
    """A proof of the audit log that cannot be made, or that is malformed."""


class ScoringError(SurveyplatError):
    """A measure cannot be computed from these data.

    ``code``, with its figures by name and what it is about, lets a result give the reason in its reader's language.
    """

    def __init__(
        self, message: str, *, code: str = "", values: Mapping[str, float] | None = None, detail: str = ""
    ) -> None:
        self.code = code
        self.values = dict(values or {})
        self.detail = detail
        super().__init__(message)


class InsufficientBase(ScoringError):
    """Too few units for the measure."""


class DriverModelError(ScoringError):
    """The driver model cannot be fitted: constant or collinear attributes, or too few complete cases."""


class OrderedModelError(DriverModelError):
    """The likelihood of an ordered model has no maximum, or none that Newton's steps reach."""


class LatentModelError(ScoringError):
    """A model of latent variables or factors contradicts itself or cannot be fitted to these data."""


class NotConverged(LatentModelError):
    """The estimation of a latent model found no stable solution."""


class WeightingError(ScoringError):
    """Known totals or bounds that no weights can meet, or that contradict each other."""


class RakingDiverged(WeightingError):
    """Proportional fitting met no weights that satisfy every margin."""


class NotComparable(ScoringError):
    """Two periods may not be compared."""


class CannotBeProtected(ScoringError):
    """A withheld cell can be worked out from the published ones, whatever else is withheld."""


class ClusterUnavailable(SurveyplatError):
    """The cluster that was to do the work is not there, or lost a piece of it."""


class ReportError(SurveyplatError):
    """A report cannot be made from this bundle."""


class ExportError(SurveyplatError):
    """An export cannot be made as it was asked for."""


class DeliveryError(SurveyplatError):
    """An invitation could not be handed to its channel. ``permanent`` says whether to try again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class DeliveryUnsure(DeliveryError):
    """The server went away while it took a message: it may be delivered, so it must not be sent again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class PersonSealed(SurveyplatError):
    """A customer's personal data cannot be opened: another key, or an altered record."""


class UnknownPerson(SurveyplatError):
    """No customer is stored under this reference, nor was one erased."""


class StorageError(SurveyplatError):
    """The database refused or is not ready."""


class SchemaOutdated(StorageError):
    """The database's schema is not the one that this program expects."""


class DestructiveMigration(StorageError):
    """Going down would lose data and ``--accept-loss`` was not given."""


class DatabaseUnavailable(StorageError):
    """The database is locked, full, stopped or out of reach: what was asked of it may succeed later."""


class WriterBusy(StorageError):
    """The writer's queue is full; try again shortly."""


class WriterClosed(StorageError):
    """The writer is shutting down and takes no more work."""


class ServerFailed(SurveyplatError):
    """A server of our own did not start."""


class PostgresAbsent(SurveyplatError):
    """No PostgreSQL server can be run on this machine."""


class UnknownLink(SurveyplatError):
    """A personal link that is unknown, revoked or expired; from outside they look alike."""


class BodyTooLarge(SurveyplatError):
    """A request's body exceeds what a page of answers can need."""


HTTP_STATUS: dict[type[SurveyplatError], int] = {
    UnknownLink: 404,
    BodyTooLarge: 413,
    InvalidInput: 422,
    DatabaseUnavailable: 503,
    WriterBusy: 503,
    WriterClosed: 503,
}


def http_status(error: SurveyplatError) -> int:
    """The status of the nearest listed ancestor, 500 when none is listed."""
    return next((HTTP_STATUS[kind] for kind in type(error).__mro__ if kind in HTTP_STATUS), 500)
