"""Whether formulas can be true together for anybody at all: a search for one respondent.

An answer that is needed brings in the conditions under which its item is shown. When the search takes long, everything
is held possible: so "never" is always right, and "possible" is right wherever rules compare answers with constants.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from surveyplat.forms.formulas import NOT_THERE, TICKED, Every, Formula, Formulas, Member, Some, Variable

MOST_STEPS = 4_000
"""After so many steps one question is given up, and the answer is: possible."""
MOST_STEPS_IN_ALL = 150_000
"""After so many steps, a fraction of a second, no question is gone into any more."""


@dataclass
class _Branch:
    """One way to satisfy everything, as far as it is worked out."""

    goals: list[Formula]
    alternatives: list[Some] = field(default_factory=list)
    states: dict[Variable, int] = field(default_factory=dict)
    dead: bool = False

    def divided(self) -> list["_Branch"]:
        """A branch for each part of the shortest of the alternatives."""
        chosen = min(self.alternatives, key=lambda some: len(some.parts))
        others = [some for some in self.alternatives if some is not chosen]
        return [_Branch([*others, part], [], dict(self.states)) for part in chosen.parts]


class Search:
    """Answers questions about one definition. ``asked`` gives what must be so for an item to be asked at all."""

    def __init__(self, formulas: Formulas, asked: Callable[[str], Formula]) -> None:
        self._formulas, self._asked = formulas, asked
        self._steps_left = MOST_STEPS_IN_ALL

    def possible(self, goals: Iterable[Formula], whole_path: bool = True) -> bool:
        """Whether all of this can be so together. ``whole_path``: for somebody who was asked what it speaks of."""
        limit = self._steps_left - min(MOST_STEPS, self._steps_left)
        branches = [_Branch(list(goals))]
        while branches:
            branch = branches.pop()
            self._settle(branch, whole_path, limit)
            if self._steps_left <= limit:
                return True
            if not branch.dead:
                if not branch.alternatives:
                    return True
                branches.extend(branch.divided())
        return False

    def _settle(self, branch: _Branch, whole_path: bool, limit: int) -> None:
        """Work off everything in a branch that leaves no choice."""
        while branch.goals and not branch.dead and self._steps_left > limit:
            self._steps_left -= 1
            match branch.goals.pop():
                case Every(parts):
                    branch.goals.extend(parts)
                case Member() as member:
                    self._restrict(branch, member, whole_path)
                case Some(parts=(only,)):
                    branch.goals.append(only)
                case some:
                    branch.alternatives.append(some)
                    branch.dead = not some.parts

    def _restrict(self, branch: _Branch, member: Member, whole_path: bool) -> None:
        before = branch.states.get(member.variable, -1)
        after = before & member.states
        branch.states[member.variable] = after
        if not after:
            branch.dead = True
        elif len(member.variable) > 2:
            branch.dead = not self._can_be_ticked(branch, member.variable)
        elif whole_path and before & NOT_THERE and not after & NOT_THERE and member.variable[0] == "answer":
            branch.goals.append(self._asked(member.variable[1]))

    def _can_be_ticked(self, branch: _Branch, variable: Variable) -> bool:
        """Whether the codes that are ticked may be ticked together: none excludes the others, nor are they too many."""
        domain = self._formulas.domain(variable)
        listed = ((*variable[:2], code) for code in domain.codes)
        ticked = [each[2] for each in listed if branch.states.get(each) == TICKED]
        if domain.most is not None and len(ticked) > domain.most:
            return False
        return len(ticked) < 2 or domain.alone.isdisjoint(ticked)
