"""Where links lead: named destinations in a file, and the annotations that go to them.

Source: ISO 32000-1 (2008), 12.3.2 and 12.5.6.5; for their place in the structure tree 14.7.4.3 and ISO 14289-1 7.18.
"""

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""
_PRINTED = 4


class Destinations:
    """What the structure tree of one file leads to; ``first_key`` is the next free key of its parent tree."""

    def __init__(self, pdf: Pdf, first_key: int) -> None:
        self._pdf, self._first_key = pdf, first_key
        self._named: dict[str, Object] = {}
        self._owners: list[Object] = []

    def name(self, name: str, page: Object, top: float) -> None:
        """The name leads to this height of the page, at the reader's own magnification."""
        self._named[name] = Array([page, Name.XYZ, 0, round(top, 3), None])

    def link(self, owner: Object, page: Object, box: Box, name: str, told: str) -> Object:
        """Put a link on the page, owned by an element of the tree: the reference to it that the element holds."""
        annotation = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([round(each, 3) for each in box]),
                Border=Array([0, 0, 0]),
                F=_PRINTED,
                P=page,
                Contents=String(told),
                StructParent=self._first_key + len(self._owners),
                A=Dictionary(S=Name.GoTo, D=String(name)),
            )
        )
        self._owners.append(owner)
        page.Annots = Array([*page.get("/Annots", Array()), annotation])
        return Dictionary(Type=Name.OBJR, Pg=page, Obj=annotation)

    def parents(self) -> Array:
        """For every link the element that owns it, as the parent tree lists them."""
        numbered = enumerate(self._owners, self._first_key)
        return Array([each for key, owner in numbered for each in (key, owner)])

    @property
    def next_key(self) -> int:
        return self._first_key + len(self._owners)

    def write(self) -> None:
        """Put the names into the file, in their order."""
        if self._named:
            listed = [each for name in sorted(self._named) for each in (String(name), self._named[name])]
            names = self._pdf.Root.get("/Names", Dictionary())
            names.Dests = self._pdf.make_indirect(Dictionary(Names=Array(listed)))
            self._pdf.Root.Names = names
