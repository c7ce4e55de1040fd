"""Both languages say everything."""

import string

import pytest

from analysis import contracts
from analysis.messages import LANGUAGES, catalogue
from analysis.theme import STATUSES


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def is_chinese(character: str) -> bool:
    return 0x4E00 <= ord(character) <= 0x9FFF


def test_every_language_has_the_same_keys():
    chinese, english = (catalogue(language).keys() for language in LANGUAGES)
    assert chinese ^ english == set()


def test_a_text_takes_the_same_values_in_every_language():
    chinese, english = (catalogue(language).texts for language in LANGUAGES)
    different = {key: placeholders(chinese[key]) ^ placeholders(english[key]) for key in chinese}
    # "The only target" needs no number.
    free = {key: {"count"} if key.endswith("_one") else set() for key in different}
    assert {key: names for key, names in different.items() if names - free[key]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("topic", "values"),
    [
        ("report.status", contracts.ASSESSED),
        ("report.schedule", contracts.SCHEDULES),
        ("report.outlook", contracts.OUTLOOKS),
        ("report.gap_rule", contracts.GAP_RULES),
        ("report.reason", contracts.REASONS),
        ("report.value_status", contracts.STATUSES),
        ("report.severity", contracts.SEVERITIES),
        ("report.verification", contracts.VERIFICATIONS),
        ("tables.bound", contracts.BOUNDS),
    ],
)
def test_every_word_of_the_contracts_has_a_wording(language, topic, values):
    missing = [value for value in values if value and f"{topic}.{value}" not in catalogue(language).texts]
    assert missing == []


def test_statuses_of_the_theme_are_those_of_the_contract():
    assert set(STATUSES) == set(contracts.ASSESSED)


def test_chinese_texts_use_full_width_punctuation_between_chinese_characters():
    narrow = [
        (key, text)
        for key, text in catalogue("zh").texts.items()
        for before, mark, after in zip(text, text[1:], text[2:], strict=False)
        if mark in ",;:?!()" and is_chinese(before) and is_chinese(after)
    ]
    assert narrow == []
