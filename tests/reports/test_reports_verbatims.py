"""Which customers' texts are shown: by chance, balanced over groups and dealers, never a few as a group."""

from dataclasses import replace

from surveyplat.reports.verbatims import (
    MOST_OF_A_GROUP,
    ChosenTexts,
    Written,
    choose,
    chosen_document,
    chosen_from_document,
    judgement_group,
    judgement_of,
)

SIZES = {"complaint_price": 60, "complaint_service": 31, "complaint_contract": 29}


def texts(count: int = 40, group: str = "complaint_price") -> list[Written]:
    return [
        Written(f"r{number}", f"Text number {number} of {group}", f"D{number % 5:02d}", "en", (group,))
        for number in range(count)
    ]


def chosen(written: list[Written], hidden: tuple[str, ...] = (), seed: str = "s") -> ChosenTexts:
    made = choose("comment", 400, SIZES, written, hidden, seed)
    assert made is not None
    return made


def test_at_most_so_many_of_a_group_are_shown_each_of_another_dealer() -> None:
    (group,) = chosen(texts()).groups
    assert (group.name, group.respondents, len(group.texts)) == ("complaint_price", 60, MOST_OF_A_GROUP)
    assert len({each.dealer for each in group.texts}) == MOST_OF_A_GROUP


def test_a_group_of_fewer_than_thirty_is_not_told_apart() -> None:
    made = chosen([*texts(10), *texts(10, "complaint_contract"), *texts(5, "")])
    assert [(group.name, group.respondents) for group in made.groups] == [("complaint_price", 60), ("", None)]
    assert made.written == 25


def test_a_text_stands_in_the_smallest_of_its_groups_only() -> None:
    both = [replace(each, groups=("complaint_price", "complaint_service")) for each in texts(8)]
    assert [group.name for group in chosen(both).groups] == ["complaint_service"]


def test_chance_follows_from_the_seed_and_not_from_the_order_of_the_rows() -> None:
    assert chosen(texts()) == chosen(texts()[::-1])
    assert chosen(texts()) != chosen(texts(), seed="another")


def test_dealers_without_a_shown_number_are_not_named() -> None:
    (group,) = chosen(texts(), hidden=("D00", "D01", "D02", "D03", "D04")).groups
    assert {each.dealer for each in group.texts} == {""}


def test_no_text_is_shown_twice_and_none_that_says_nothing() -> None:
    same = [replace(each, text=" Too slow ") for each in texts(20)]
    blank = [replace(each, text="无。") for each in texts(20)]
    (group,) = chosen([*same, *blank]).groups
    assert [each.text for each in group.texts] == [" Too slow "]
    assert choose("comment", 400, SIZES, blank, (), "s") is None


def test_of_fewer_than_thirty_respondents_nothing_is_shown() -> None:
    assert choose("comment", 29, SIZES, texts(), (), "s") is None


def test_pseudonyms_stay_out_of_the_document_which_is_read_back_the_same() -> None:
    made = chosen(texts())
    document = chosen_document(made)
    assert "response" not in str(document)
    assert chosen_from_document(document) == made


def test_a_group_of_judgements_tells_its_ends() -> None:
    assert judgement_of(judgement_group(-2, 3)) == (-2, 3)
    assert judgement_of("complaint_price") is None
