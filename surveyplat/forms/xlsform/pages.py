"""Groups as pages and blocks: a top-level group is a page, a group within it a block, any other item its own page.

Only answers of earlier pages may show or hide an item or stand in its texts, so that a page with a question and what
depends on it becomes two pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveyplat.forms.xlsform.cells import ExpressionCells
from surveyplat.forms.xlsform.items import Piece
from surveyplat.forms.xlsform.names import Names, legal_id
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.rows import FormGroup
from surveyplat.forms.xlsform.texts import TextCells, references_in_texts
from surveyplat.forms.xlsform.vocabulary import Mapped, Vocabulary, items_named


@dataclass
class _Page:
    page: Mapped
    top: FormGroup | None
    items: set[str] = field(default_factory=set)
    block: tuple[FormGroup, ...] = ()
    """The groups below the top one that its last entry is the block of; none after a single item."""


@dataclass
class Pages:
    """``title`` stands over every page that no group gives a label."""

    title: Mapping[str, str]
    texts: TextCells
    vocabulary: Vocabulary
    remarks: Remarks
    pages: list[Mapped] = field(default_factory=list)
    _names: Names = field(default_factory=lambda: Names(("receipt",)))
    _shows: dict[FormGroup, Mapped | None] = field(default_factory=dict)
    _labels: dict[FormGroup, dict[str, str]] = field(default_factory=dict)
    _current: _Page | None = None

    def open(self, group: FormGroup, asked: set[str]) -> None:
        """Convert when a group is shown, once, as its first row is met."""
        if group not in self._shows:
            cells = ExpressionCells(self.vocabulary, self.remarks)
            self._shows[group] = cells.condition(group.row, "relevant", asked)

    def add(self, piece: Piece) -> None:
        groups = piece.source.groups
        nested = groups[1:]
        conditions = [show for show in (*map(self._shows.get, nested), piece.show) if show]
        needs = items_named([conditions, references_in_texts(piece.item)], self.vocabulary.calculated)
        page = self._page_for(piece, groups[0] if groups else None, needs)
        entries = page.page["items"]
        shown = _with_show(piece.item, piece.show)
        if not nested:
            entries.append(shown)
        elif page.block == nested:
            entries[-1]["items"].append(shown)
        else:
            entries.append(self._block(nested, shown))
        page.block = nested
        page.items.add(piece.item["id"])
        if piece.check:
            page.page.setdefault("checks", []).append(piece.check)

    def _page_for(self, piece: Piece, top: FormGroup | None, needs: set[str]) -> _Page:
        current = self._current
        if current is not None and top is not None and current.top == top:
            if not needs & current.items:
                return current
            cause = f"{piece.source.name} depends on an answer of the same page, so that a new page starts with it"
            self.remarks.note("split", piece.source.row, "name", cause, "It keeps the title of the group")
        self._current = _Page(self._new_page(piece, top), top)
        return self._current

    def _new_page(self, piece: Piece, top: FormGroup | None) -> Mapped:
        title = self._label(top) if top else {}
        wanted = legal_id(top.name if top else piece.item["id"], "page")
        page: Mapped = {"id": self._names.give(wanted), "title": title or dict(self.title)}
        show = self._shows.get(top) if top else None
        page = _with_show(page, show) | {"items": []}
        self.pages.append(page)
        return page

    def _block(self, nested: tuple[FormGroup, ...], item: Mapped) -> Mapped:
        own = nested[-1]
        name = self.vocabulary.ids.give(legal_id(own.name, "block"))
        block: Mapped = {"type": "block", "id": name}
        if text := self._label(own):
            block["text"] = text
        shows = [show for show in map(self._shows.get, nested) if show]
        show = {"all": shows} if len(shows) > 1 else shows[0] if shows else None
        return _with_show(block, show) | {"items": [item]}

    def _label(self, group: FormGroup) -> dict[str, str]:
        """Read once, so that what is wrong with it is told once."""
        if group not in self._labels:
            self._labels[group] = self.texts.optional(group.row, "label")
        return dict(self._labels[group])


def _with_show(part: Mapped, show: Mapped | None) -> Mapped:
    """``part`` with its condition after what it is called and says."""
    if show is None:
        return part
    before = {key: value for key, value in part.items() if key in ("id", "type", "text", "title", "hint")}
    return {**before, "show": show, **{key: value for key, value in part.items() if key not in before}}
