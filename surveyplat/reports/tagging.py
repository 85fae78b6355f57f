"""Tags: what each mark on a page is (heading, paragraph, figure, table cell), for whoever hears a report read.

Flowables draw inside ``marked``, which numbers the run of content and notes it in the element that it belongs to.
Everything drawn outside (rules, grounds, headers and footers) is an artifact. ``write_structure`` then turns the
elements into the file's structure tree. Source: ISO 32000-1 (2008), 14.7 and 14.8.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from pikepdf import Array, Dictionary, Name, Object, Pdf
from reportlab.pdfgen.canvas import Canvas

from surveyplat.reports.destinations import Box, Destinations

Kind = Literal[
    "Document",
    "Sect",
    "Div",
    "P",
    "H1",
    "H2",
    "H3",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Table",
    "Caption",
    "THead",
    "TBody",
    "TR",
    "TH",
    "TD",
    "Figure",
    "TOC",
    "TOCI",
    "Reference",
    "Link",
]


@dataclass(frozen=True)
class Run:
    """A numbered run of content on a page; pages count from 0."""

    page: int
    number: int


@dataclass(frozen=True)
class Destination:
    """What a link leads to: a name, and the height of its page that is shown at the top."""

    name: str
    top: float


@dataclass
class Element:
    """A node of the structure tree. ``parts`` are its elements, in reading order, then the runs drawn for it."""

    kind: Kind
    alternative: str = ""
    """What a figure shows, or where a link leads, in words."""
    scope: Literal["", "Row", "Column"] = ""
    """Of a table's head cell: what it is the head of."""
    goes_to: str = ""
    """Of a link: the name of its destination."""
    begins: Destination | None = None
    """What this element is the beginning of."""
    box: Box | None = None
    """Where a figure or a link stands on its page."""
    parts: "list[Element | Run]" = field(default_factory=list)

    def add(
        self, kind: Kind, *, alternative: str = "", scope: Literal["", "Row", "Column"] = "", goes_to: str = ""
    ) -> "Element":
        """A new last part."""
        element = Element(kind, alternative, scope, goes_to)
        self.parts.append(element)
        return element

    def reach(self, box: Box) -> None:
        """Make the element's box as large as to hold this one too."""
        own = self.box or box
        self.box = (min(own[0], box[0]), min(own[1], box[1]), max(own[2], box[2]), max(own[3], box[3]))

    @property
    def is_drawn(self) -> bool:
        return any(isinstance(part, Run) or part.is_drawn for part in self.parts)


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose pages are artifacts, except what is drawn inside ``marked``."""

    _runs = 0

    @contextmanager
    def marked(self, element: Element | None) -> Iterator[None]:
        """Everything drawn meanwhile belongs to the element; to none, it stays an artifact."""
        if element is None:
            yield
            return
        run = Run(self.getPageNumber() - 1, self._runs)
        self._runs += 1
        element.parts.append(run)
        self._code.append(f"EMC /{element.kind} <</MCID {run.number}>> BDC")
        yield
        self._code.append("EMC /Artifact BMC")

    def showPage(self) -> None:  # noqa: N802  (reportlab's name)
        self._code.insert(0, "/Artifact BMC")
        self._code.append("EMC")
        self._runs = 0
        super().showPage()


def write_structure(pdf: Pdf, document: Element) -> None:
    """Put the structure tree of the drawn elements into the file."""
    tree = _Tree(pdf)
    tree.root.K = Array([tree.node(document, tree.root)])
    tree.root.ParentTree = pdf.make_indirect(Dictionary(Nums=tree.parents()))
    tree.root.ParentTreeNextKey = tree.destinations.next_key
    tree.destinations.write()
    pdf.Root.StructTreeRoot = tree.root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


class _Tree:
    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._pages = [page.obj for page in pdf.pages]
        self._owners: list[list[Object]] = [[] for _ in self._pages]
        self.destinations = Destinations(pdf, len(self._pages))
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))

    def node(self, element: Element, parent: Object) -> Object:
        node = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.kind}"), P=parent))
        runs = [part for part in element.parts if isinstance(part, Run)]
        if runs:
            node.Pg = self._pages[runs[0].page]
        kids = Array()
        for part in element.parts:
            if isinstance(part, Run):
                kids.append(self._run(part, runs[0].page, node))
            elif part.is_drawn:
                kids.append(self.node(part, node))
        node.K = kids
        if runs:
            self._lead(element, node)
        _attribute(node, element)
        return node

    def _lead(self, element: Element, node: Object) -> None:
        """What leads to the element, and where it leads itself."""
        if element.begins is not None:
            self.destinations.name(element.begins.name, node.Pg, element.begins.top)
        if element.goes_to and element.box is not None:
            told = element.alternative
            node.K.append(self.destinations.link(node, node.Pg, element.box, element.goes_to, told))

    def _run(self, run: Run, home: int, owner: Object) -> int | Object:
        """The number alone on the element's first page; elsewhere with its page."""
        owners = self._owners[run.page]
        owners.extend([owner] * (run.number + 1 - len(owners)))
        owners[run.number] = owner
        if run.page == home:
            return run.number
        return Dictionary(Type=Name.MCR, Pg=self._pages[run.page], MCID=run.number)

    def parents(self) -> Array:
        """For every page the owner of each run, and for every link its own: so a reader finds into the tree."""
        numbers = Array()
        for number, (page, owners) in enumerate(zip(self._pages, self._owners, strict=True)):
            page.StructParents = number
            page.Tabs = Name.S
            numbers.append(number)
            numbers.append(self._pdf.make_indirect(Array(owners)))
        numbers.extend(self.destinations.parents())
        return numbers


def _attribute(node: Object, element: Element) -> None:
    if element.goes_to:
        return
    if element.alternative:
        node.Alt = element.alternative
    if element.scope:
        node.A = Dictionary(O=Name.Table, Scope=Name(f"/{element.scope}"))
    elif element.box is not None:
        node.A = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=Array([round(each, 3) for each in element.box]))
