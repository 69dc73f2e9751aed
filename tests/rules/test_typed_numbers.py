"""A number typed into a relay is held back, however it is disguised; ordinary talk passes."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checkin.core.rules.typed_numbers import find_numbers, without_numbers

HELD = [
    "555-555-0101",
    "+1 (555) 555-0101",
    "5 5 5 5 5 5 0 1 0 1",
    "555_555_0101",
    "555 0101",
    "(555)\n555\n0101",
    "$5555550101",
    "+44 7911 123456",
    "06 12 34 56 78",
    "612,345,678",
    # signs that phones put in by themselves, marks of direction, pictures
    "555\u2011010\u20114477",
    "(555) 010\u20134477",
    "555\u2014010\u20144477",
    "\u202d(555) 010\u20114477\u202c",
    "555\u200b010\u200b4477",
    "555\u2026010\u20264477",
    "555 \u00b7 010 \u00b7 4477",
    "555\U0001f642010\U0001f6424477",
    "5%5%5%0%1%0%4%4%7%7",
    "555$010$4477",
    "20:00 00:00 00",
    # digits of other scripts, and letters for digits
    "\u0665\u0665\u0665\u0665\u0665\u0665\u0660\u0661\u0660\u0661",
    "\uff15\uff15\uff15\uff15\uff15\uff15\uff10\uff11\uff10\uff11",
    "5\u20e35\u20e35\u20e35\u20e35\u20e35\u20e30\u20e31\u20e30\u20e31\u20e3",
    "\u2464\u2464\u2464\u24ea\u2460\u24ea\u2463\u2463\u2466\u2466",
    "\u4e94\u4e94\u4e94\u3007\u4e00\u3007\u56db\u56db\u4e03\u4e03",
    "5O5 55O lOl5 0",
    "5S5 5S5 0l0l",
    # words of both languages
    "five five five, five five five, oh one oh one",
    "FIVE five 5 fifty-five five zero one zero one",
    "555five55five0101",
    "fivefivefive ohoneoh onefive",
    "double five five 555 0101",
    "five hundred fifty five 5550101",
    "five five five, o one o, forty-four seventy-seven",
    "cinco cinco cinco, cinco cinco cinco cero uno cero uno",
    "quinientos cincuenta y cinco, cero diez, cuarenta y cuatro setenta y siete",
    "cinco 5 cinco zero one cero cuatro 4 seventy siete",
    # small words between the parts
    "555 dash 555 dash 0101",
    "555 then 555 then 0101",
    "555 then 010 and 4477",
    "555 and then 010 and it ends in 4477",
    "555, luego 010 y al final 4477",
    "555 después 010 después 4477",
    "five and five and five and zero and one and zero and one",
    "555 (the area) 010 4477",
    "555 - the first part - 010 - the second - 4477",
    "555 and the rest is 0104477",
    "0104477, and 555 before it",
]
KEYS = [
    "555-HELP-NOW",
    "555-help-now",
    "555.010.HELP",
    "1-800-FLOWERS",
    "1800FLOWERS",
    "call 1 800 flowers",
    "Reach me at 555 HELP NOW",
    "call me: 555-HELP ok",
    "numero 555 ayuda ya",
    "555 HELP-NOW",
    "(555) HELP-NOW",
]
PASSES = [
    "",
    "one day at a time, one hour at a time",
    # the crisis numbers, and what is read out of a book of keys
    "call 988 or 911",
    "9 1 1 or 988",
    "9-1-1",
    "llame al 911 o al 988",
    "text HOME to 741741",
    # how long somebody has not used, and how often something was
    "I am 45 days sober",
    "1,095 days sober today",
    "one thousand and ninety five days",
    "five hundred and twelve days, three years, two months",
    "90 meetings in 90 days, 30 more",
    "365-day chip",
    "5 years 3 months 12 days 4 hours 30 minutes",
    "tengo 45 años y llevo 1095 días",
    "I took 2, then 3, then 10, and slept",
    "100, 200 and 300 mg",
    # years, dates, times
    "I was clean from 2015 to 2018, then 2020-2022; born in 1985, 45 now",
    "desde el 2015 hasta el 2019 y luego 2021",
    "I have been here since 2026-11-22 at 10:30",
    "on 11/22/2026 at 9:15, and again on 12/24/2026",
    "nov 3, 5, 10, 12, 17 and 19",
    "see you 10:30-12:15 or 14:00-15:30 or 18:45",
    "from 10 to 12, 14 to 16, and 18 to 20",
    "a las 7 o 8 o 9",
    "24/7/365",
    # sums, measures, ages
    "It cost me $120,000 and 45% of my pay",
    "I make $1,250 to $1,500 a month, rent is $1,100 and food $350",
    "$5, $10, $20, $30, $40",
    "I owe 5 thousand and 2 hundred",
    "between 1500 and 2000 calories",
    "120/80, 135/90, 140/95",
    "7/10 today, 8/10 yesterday, 9/10 before",
    "I weighed 210 in 2019 and 185 in 2021",
    "en 2019 perdí 210 libras, en 2020 otras 100",
    "my kids are 7, 9 and 11, we live on 5th",
    "I'm 33, mom is 61, dad 64",
    "dos hijos de 12 y 14 años, uno de 7",
    "we have 200 people and 300 chairs and 45 tables",
    "see page 417 to 420 and 449",
    "room 1204 at 350 5th Ave",
    # counting, breathing
    "one two three four five six seven, and breathe",
    "in for four, hold for seven, out for eight",
    "10 9 8 7 6 5 4 3 2 1",
    "10 20 30 40 50 60",
    "5-4-3-2-1 and 4-4-4-4",
    # words that look like keys, digits, numbers
    "I HAVE 300 DOLLARS",
    "I did 100 PUSHUPS",
    "o oh I see, lol",
    "I will, I will, I will",
    "mil gracias, mil veces",
    "once a day, two pills, three times",
]


@pytest.mark.parametrize("number", HELD)
def test_a_number_is_found_in_the_middle_of_a_message(number: str) -> None:
    assert without_numbers(f"call me: {number} thanks", "[...]").startswith("call me: ")
    assert find_numbers(number)
    left = without_numbers(f"call me: {number} thanks", "[...]")
    assert left.endswith("thanks")
    assert "[...]" in left
    assert sum(letter.isnumeric() for letter in left) == 0


@pytest.mark.parametrize("written", KEYS)
def test_the_letters_of_keys_are_a_number_too(written: str) -> None:
    assert find_numbers(written)
    left = without_numbers(written, "[...]").lower()
    assert not any(word in left for word in ("555", "800", "help", "flowers", "ayuda"))


@pytest.mark.parametrize("words", PASSES)
def test_ordinary_talk_passes(words: str) -> None:
    assert find_numbers(words) == ()
    assert without_numbers(words, "[...]") == words


def test_two_numbers_in_one_message() -> None:
    assert without_numbers("555-555-0101 or, at work, 555-555-0102.", "[...]") == "[...] or, at work, [...]."


def test_help_lines_may_be_named() -> None:
    words = "SAMHSA is at 1-800-662-4357, my own number 555-555-0101"
    assert without_numbers(words, "[...]", ["+18006624357"]) == "SAMHSA is at 1-800-662-4357, my own number [...]"
    several = "988, 911, 1-800-662-4357"
    assert without_numbers(several, "[...]", ["+18006624357", "988", "911"]) == several


def test_a_number_beside_one_that_may_be_named_is_held_all_the_same() -> None:
    written = "1-800-662-4357, 555-555-0101"
    assert without_numbers(written, "[...]", ["+18006624357"]) == "1-800-662-4357, [...]"
    assert find_numbers("555 988 0101", ["988"]), "a part of a number is no help line"


def test_a_number_glued_to_letters_and_a_very_long_message_are_no_way_round() -> None:
    assert without_numbers("ana5555550101", "[...]") == "ana[...]"
    assert find_numbers("7" * 20_000)
    assert find_numbers("so " * 5_000 + "555-555-0101")


def test_a_number_in_two_texts_is_held_in_the_second() -> None:
    assert not find_numbers("555 010")
    assert not find_numbers("and 4477, ok?")
    assert without_numbers("and 4477, ok?", "[...]", before="555 010") == "and [...], ok?"
    assert without_numbers("4477", "[...]", before="my number begins with 555\n010") == "[...]"
    assert without_numbers("I am 45, he is 47", "[...]", before="since 2015") == "I am 45, he is 47"
    assert without_numbers("call 988", "[...]", ["988"], before="I am 45\nand 3 kids") == "call 988"


@pytest.mark.parametrize("written", ["1 ", "5o", "1a", "555 and ", "five five and ", "20:00, ", "555-help ", "\uff15"])
def test_a_long_message_takes_as_long_as_it_is(written: str) -> None:
    """Four times the letters, about four times the time: never sixteen."""

    def takes(times: int) -> float:
        words, took = written * times, []
        for _ in range(3):
            began = process_time()
            find_numbers(words, ["+18006624357", "988"])
            took.append(process_time() - began)
        return min(took)

    assert takes(4_000) < 10 * max(takes(1_000), 0.005)


ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SPANISH = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBERS = st.from_regex(r"[2-9][0-9]{9}", fullmatch=True).filter(lambda digits: digits != "9876543210")  # counted down
SIGNS = st.text(st.characters(categories=["P", "S", "Z", "Cf"]), max_size=3)
SHAPES = st.sampled_from([(3, 3, 4), (3, 7), (6, 4), (2, 2, 2, 2, 2), (5, 5), (3, 4, 3), (3, 3, 2, 2), (1,) * 10])
BETWEEN = st.sampled_from(
    ["then", "and", "and then", "then the", "after that", "dash", "y", "luego", "después", "y luego", "punto"]
)


def in_groups(digits: str, shape: tuple[int, ...]) -> list[str]:
    ends = [sum(shape[: place + 1]) for place in range(len(shape))]
    return [digits[end - size : end] for end, size in zip(ends, shape, strict=True)]


def held(written: str) -> bool:
    return bool(find_numbers(f"call {written} ok"))


@given(NUMBERS, st.lists(SIGNS, min_size=9, max_size=9))
def test_no_signs_between_its_digits_hide_a_number(digits: str, signs: list[str]) -> None:
    assert held("".join(digit + sign for digit, sign in zip(digits, [*signs, ""], strict=True)))


@given(NUMBERS, SIGNS, SHAPES)
def test_no_sign_between_its_groups_hides_a_number(digits: str, sign: str, shape: tuple[int, ...]) -> None:
    assert held(sign.join(in_groups(digits, shape)))


@given(NUMBERS, BETWEEN, st.sampled_from([(3, 3, 4), (3, 3, 2, 2)]), st.sampled_from([None, ENGLISH, SPANISH]))
def test_no_small_words_hide_a_number(
    digits: str, between: str, shape: tuple[int, ...], words: list[str] | None
) -> None:
    groups = in_groups(digits, shape)
    if words is not None:
        groups = [" ".join(words[int(digit)] for digit in group) for group in groups]
    assert held(f" {between} ".join(groups))


@given(
    NUMBERS, st.lists(st.sampled_from(["digit", "en", "es", "ten"]), min_size=10), st.sampled_from(["", " ", ", ", "-"])
)
def test_no_words_for_its_digits_hide_a_number(digits: str, ways: list[str], between: str) -> None:
    said: list[str] = []
    left = digits
    while left:
        way, first, following = ways[len(left) - 1], int(left[0]), left[1:2]
        if way == "ten" and first > 1 and following:
            said.append(TENS[first] + (f"-{ENGLISH[int(following)]}" if following != "0" else ""))
            left = left[2:]
            continue
        said.append({"en": ENGLISH[first], "es": SPANISH[first]}.get(way, left[0]))
        left = left[1:]
    assert held(between.join(said))


@given(NUMBERS, st.sampled_from(["\u0660", "\u0966", "\uff10", "\U0001d7d8", "\U0001d7ce"]))
def test_no_other_script_hides_a_number(digits: str, zero: str) -> None:
    assert held("".join(chr(ord(zero) + int(digit)) for digit in digits))


@given(st.from_regex(r"[2-9][02-9][02-9]", fullmatch=True), st.text("ABCDEFGHIJKLMNOPRSTUVWY", min_size=7, max_size=7))
def test_no_keys_hide_a_number(area: str, letters: str) -> None:
    assume(area != "988")
    assert held(f"{area}-{letters}")
    assert held(f"{area}-{letters[:3]}-{letters[3:]}")


@given(
    NUMBERS,
    st.integers(1, 9),
    st.sampled_from(["{}", "my number is {}", "({})"]),
    st.sampled_from(["{}", "and then {}", "the rest: {} ok"]),
)
def test_no_two_texts_hide_a_number(digits: str, at: int, first: str, second: str) -> None:
    sooner, later = first.format(digits[:at]), second.format(digits[at:])
    assert find_numbers(sooner) or digits[at:] not in without_numbers(later, "[...]", before=sooner)


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_at_all_is_read_without_error_and_places_are_true(text: str, before: str) -> None:
    upto = 0
    for found in find_numbers(text, before=before):
        assert upto <= found.start < found.end <= len(text)
        upto = found.end
    assert without_numbers(text, "") == text or find_numbers(text)
