"""Reading LTLf formulas from text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lantern.errors import FormulaError
from lantern.logic.formula import ATOM, BINARY, CONSTANTS, PRECEDENCE, RIGHT_ASSOCIATIVE, UNARY, Formula
from lantern.logic.vocabulary import did_you_mean

_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<symbol><->|->|&&|\|\||[!~&|()])|(?P<bad>\S))"
)
_SPELLINGS = {"&&": "&", "||": "|", "~": "!"}


class _Token(NamedTuple):
    text: str  # "" at the end of the formula
    column: int  # from 0


class _Parser:
    """Operator-precedence parser with its own stacks: nesting is not limited by Python's recursion."""

    def __init__(self, text: str, names: Iterable[str] | None) -> None:
        self.text = text
        self.names = None if names is None else tuple(names)
        self.operands: list[Formula] = []
        self.operators: list[_Token] = []

    def parse(self) -> Formula:
        expect_operand = True
        for token in self.tokens():
            if expect_operand:
                expect_operand = self.operand(token)
            else:
                expect_operand = self.operator(token)
        (formula,) = self.operands
        return formula

    def tokens(self) -> Iterator[_Token]:
        """Words and symbols with their columns, then an empty token at the end."""
        position = 0
        while match := _TOKEN.match(self.text, position):
            kind = match.lastgroup or ""
            text, column, position = match[kind], match.start(kind), match.end()
            if kind == "bad":
                raise self.error(column, f"{text!r} is not part of the syntax. Operators: {_syntax()}")
            yield _Token(_SPELLINGS.get(text, text), column)
        yield _Token("", len(self.text.rstrip()))

    def operand(self, token: _Token) -> bool:
        """Take a token where an operand must begin; return whether an operand is still expected."""
        text = token.text
        if text in UNARY or text == "(":
            self.operators.append(token)
            return True
        if text in CONSTANTS:
            self.operands.append(Formula(text))
            return False
        if text and (text[0].isalpha() or text[0] == "_") and text not in BINARY:
            self.operands.append(self.atom(token))
            return False
        raise self.error(token.column, self.missing_operand(text))

    def missing_operand(self, text: str) -> str:
        if not self.text.strip():
            return "the formula is empty. Write one, for example 'F(key & F door)'."
        found = f"before {text!r}" if text else "at the end"
        return (
            f"a proposition, a constant or '(' is missing {found}. Complete or remove what stands before it."
        )

    def atom(self, token: _Token) -> Formula:
        if self.names is None or token.text in self.names:
            return Formula(ATOM, (), token.text)
        hint = did_you_mean(token.text, self.names)
        if set(token.text) <= set("XNFG!"):
            hint = f"Put spaces between operators: {' '.join(token.text)!r}."
        raise self.error(token.column, f"there is no proposition {token.text!r}. {hint}")

    def operator(self, token: _Token) -> bool:
        """Take a token after a complete operand; return whether an operand is expected next."""
        if token.text in BINARY:
            self.reduce(PRECEDENCE[token.text] + (token.text in RIGHT_ASSOCIATIVE))
            self.operators.append(token)
            return True
        if token.text in ("", ")"):
            self.reduce(0)
            self.close(token)
            return False
        raise self.error(token.column, self.missing_operator(token))

    def missing_operator(self, token: _Token) -> str:
        before = self.text[: token.column].rstrip().split()[-1]
        if set(before) <= set("XNFG"):
            return f"{before!r} is read as a proposition. Put spaces between operators: {' '.join(before)!r}."
        return f"an operator is missing before {token.text!r}. Put one of & | -> <-> U W R M between the two."

    def close(self, token: _Token) -> None:
        """Match a closing bracket, or the end of the text, with what is open."""
        if token.text == ")":
            if not self.operators:
                raise self.error(token.column, "this ')' closes nothing. Remove it or add a '(' before.")
            self.operators.pop()
        elif self.operators:
            raise self.error(self.operators[-1].column, "this '(' is never closed. Add a ')'.")

    def reduce(self, level: int) -> None:
        """Apply the stacked operators that bind at least as tightly as the level, back to a bracket."""
        while self.operators and self.operators[-1].text != "(":
            operator = self.operators[-1].text
            if PRECEDENCE[operator] < level:
                break
            self.operators.pop()
            count = 1 if operator in UNARY else 2
            children = tuple(self.operands[-count:])
            del self.operands[-count:]
            self.operands.append(Formula(operator, children))

    def error(self, column: int, problem: str) -> FormulaError:
        shown, offset = self.text, column
        if len(shown) > 100:
            start = max(0, column - 50)
            shown, offset = shown[start : start + 100], column - start
        shown = shown.replace("\n", " ").replace("\t", " ")
        pointer = " " * offset + "^"
        return FormulaError(f"Formula, column {column + 1}: {problem}\n  {shown}\n  {pointer}")


def _syntax() -> str:
    return f"{' '.join((*UNARY, *BINARY))}; constants: {' '.join(CONSTANTS)}; brackets: ( )."


def parse(text: str, vocabulary: Iterable[str] | None = None) -> Formula:
    """Read a formula.

    Syntax, tightest first: ``! X N F G``; ``U W R M`` (right associative); ``&``; ``|``; ``->`` and
    ``<->`` (right associative); constants ``true false last``. ``&&``, ``||`` and ``~`` are read as ``&``,
    ``|`` and ``!``.

    Parameters
    ----------
    text : str
        Such as ``"F(key & F door) & G !lava"``.
    vocabulary : Vocabulary or iterable of str, optional
        The propositions allowed. Without it any name is a proposition.

    Raises
    ------
    FormulaError
        If the text is not a formula or names an unknown proposition; the message points at the column.

    Examples
    --------
    >>> str(parse("F ( key&F(door) )"))
    'F(key & F door)'
    """
    if not isinstance(text, str):
        raise FormulaError(f"A formula is text such as 'F(key & F door)', got {type(text).__name__}.")
    return _Parser(text, vocabulary).parse()
