"""Where the lines of a text begin and end, so that blocks can be verbatim slices of it."""

from __future__ import annotations

import re

_NEWLINE = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text. `text[i]` is line i without its end; `start(i)`/`end(i)` are offsets into the whole.

    `start(len)` is the end of the text. Line ends are LF, CR LF and CR, as in Markdown.
    """

    def __init__(self, text: str, offset: int = 0) -> None:
        self.whole = text
        self.text: list[str] = []
        self._starts: list[int] = []
        position = offset
        for end in _NEWLINE.finditer(text, offset):
            self._starts.append(position)
            self.text.append(text[position : end.start()])
            position = end.end()
        self._starts.append(position)
        self.text.append(text[position:])
        self._starts.append(len(text))

    def __len__(self) -> int:
        return len(self.text)

    def start(self, line: int) -> int:
        return self._starts[min(line, len(self.text))]

    def end(self, line: int) -> int:
        """The offset just behind the last character of the line, its line end left out."""
        return self._starts[line] + len(self.text[line])

    def is_blank(self, line: int) -> bool:
        return line >= len(self.text) or not self.text[line].strip()


def indent_of(line: str) -> int:
    """Columns of white space before the text; a tab counts to the next multiple of eight."""
    expanded = line.expandtabs(8)
    return len(expanded) - len(expanded.lstrip())
