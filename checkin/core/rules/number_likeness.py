"""What digits in a message are when they are no number to call: dates, times, sums, counting, measures.

A number to call is never let through because a part of it could be a date: what is not excused must be nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from checkin.core.rules.number_words import Part

# What stands alone, between blanks or the marks of a sentence, and is no part of something longer.
_BEFORE = r"(?<![^\s(\"'\u00bf\u00a1])"
_AFTER = r"(?![^\s.,;:!?)\"'])(?![.,:;]\d)(?!\ [$\u20ac\u00a3]?\d)"
_TIME = r"[0-2]?\d:[0-5]\d(?::[0-5]\d)?"
_DAY = r"(?:(?:19|20)\d\d-[01]?\d-[0-3]?\d|[0-3]?\d[/.-][0-3]?\d[/.-](?:19|20)?\d\d)"
_YEAR = r"(?:19|20)\d\d"
_EXCUSED = re.compile(
    rf"{_BEFORE}(?:"
    rf"{_DAY}(?:[ t,]\ ?{_TIME})?"
    rf"|{_TIME}(?:\s?[-\u2013]\s?{_TIME})?"
    r"|[$\u20ac\u00a3]\s?(?!0\d)\d{1,3}(?:\d{0,3}|(?:,\d{3}){1,3})(?:\.\d\d)?"
    r"|\d{1,3}(?:\.\d{1,2})?\s?%"
    r"|1\d\d/\d{2,3}|\d{1,2}/10"  # blood pressure; seven out of ten
    r"|[1-9],\d{3},\d{3}"
    rf"){_AFTER}"
)
_IN_A_YEAR = re.compile(rf"\b(?:in|since|until|till|before|after|year|en|desde|hasta|ano|del?)\ ({_YEAR})\b")
_ALL_OF_A_YEAR = re.compile(_YEAR)

_UNITS = """
am pm st nd rd th mg mcg ml g gr kg lb lbs oz km mi ft cm mm hr hrs h min mins sec secs day days week weeks month months
year years yr yrs hour hours minute minutes seconds time times dollar dollars buck bucks usd cent cents euro
euros peso pesos percent people person kid kids pill pills drink drinks beer beers mile miles meeting meetings calorie
calories step steps page pages pound pounds degree degrees bed beds bpm mph
jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
november december ene abr ago dic enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
diciembre dia dias semana semanas mes meses ano anos hora horas minuto minutos segundos vez veces dolar dolares
centavos kilo kilos libra libras gramos hijo hijos persona personas pastilla pastillas pagina paginas reunion reuniones
grado grados metro metros milla millas
"""
UNITS = frozenset(_UNITS.split())
"""Words that say what a number counts. One that counts something is no part of a number to call."""

_LABELS = """
page pages p pp room apt suite chapter psalm verse bus route highway zip pagina paginas pag cuarto apartamento capitulo
salmo ruta
"""
LABELS = frozenset(_LABELS.split())
"""Words that say what the number behind them is the name of, when it is shorter than one to call."""

_LONGEST = 12


def excused(text: str) -> list[tuple[int, int]]:
    """Where in a plain text dates, times, sums and the like stand, in order."""
    found = [match_.span() for match_ in _EXCUSED.finditer(text)]
    return sorted(found + [match_.span(1) for match_ in _IN_A_YEAR.finditer(text)])


def harmless(parts: Sequence[Part], listed: Sequence[bool]) -> bool:
    """Whether these are years, steps of counting, days of a month, or round sums, and so no number to call.

    listed: for each part, whether a comma or an "and" stands before it.
    """
    written = [part.digits for part in parts]
    if all(_ALL_OF_A_YEAR.fullmatch(digits) for digits in written):
        return True
    if len(written) < 3 or any(len(digits) > 5 or (digits[0] == "0" and digits != "0") for digits in written):
        return False
    values = [int(digits) for digits in written]
    if all(len(digits) < 4 for digits in written) and _counted(values):
        return True
    return all(listed[1:]) and (_rising(values) or all(value >= 50 and value % 50 == 0 for value in values))


def _counted(values: Sequence[int]) -> bool:
    """Up or down by one; or by twos, fives or tens from the first of them."""
    steps = {later - sooner for sooner, later in pairwise(values)}
    step = abs(next(iter(steps)))
    return len(steps) == 1 and (step == 1 or (step in (2, 5, 10) and step in (values[0], values[-1])))


def _rising(values: Sequence[int]) -> bool:
    return values[-1] <= 31 and all(sooner < later for sooner, later in pairwise(values))


def windows(groups: Sequence[Sequence[Part]]) -> Iterator[tuple[int, int]]:
    """From each group of digits, the longest row that is as long as a number to call, in groups as one may have."""
    lengths = [sum(len(part.digits) for part in group) for group in groups]
    years = [len(group) == 1 and _ALL_OF_A_YEAR.fullmatch(group[0].digits) is not None for group in groups]
    for start in range(len(groups)):
        totals = list(accumulate(lengths[start : start + _LONGEST]))
        ends = (start + count for count in range(len(totals), 1, -1) if totals[count - 1] <= _LONGEST)
        end = next((stop for stop in ends if _like_a_number(lengths[start:stop], years[start:stop])), None)
        if end is not None:
            yield start, end


def _like_a_number(lengths: Sequence[int], years: Sequence[bool]) -> bool:
    """Where years are among them they must be written as one is: 555, 010, 2019."""
    total, kinds = sum(lengths), set(lengths)
    if kinds == {1}:
        return total >= 7
    if kinds == {2}:
        return total >= 10
    if total in (7, 9) or (any(years) and max(lengths) == 4):
        return tuple(lengths) in {(3, 4), (3, 2, 2), (3, 3, 3), (3, 3, 4), (1, 3, 3, 4)}
    return total >= 10 and max(lengths) > 2
