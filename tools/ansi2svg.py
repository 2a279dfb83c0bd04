#!/usr/bin/python3
"""Turns a terminal's screen into an SVG picture.

    tmux capture-pane -e -p -N | tools/ansi2svg.py COLUMNS >screen.svg

Understands SGR sequences (16, 256 and true colours) and the line-drawing set; every run of cells stands on an
exact grid, so that boxes and bars join.
"""

import re
import sys
import unicodedata
from html import escape

CELL_WIDTH, CELL_HEIGHT, BASELINE, MARGIN = 9.63, 18.6, 14.85, 8  # DejaVu Sans Mono at 16 px
FOREGROUND, BACKGROUND = "#d0d0d0", "#000000"
BASIC = (
    "#000000 #cd3131 #0dbc79 #e5e510 #2472c8 #bc3fbc #11a8cd #e5e5e5 "
    "#666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #ffffff"
).split()
LEVELS = (0, 95, 135, 175, 215, 255)
CUBE = ["#%02x%02x%02x" % (r, g, b) for r in LEVELS for g in LEVELS for b in LEVELS]
GREYS = ["#%02x%02x%02x" % ((8 + 10 * i,) * 3) for i in range(24)]
PALETTE = BASIC + CUBE + GREYS
LINE_DRAWING = str.maketrans("`afgijklmnopqrstuvwxyz{|}~", "◆▒°±␉┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")
BOLD, DIM, ITALIC, UNDERLINE, REVERSE, HIDDEN, STRUCK = 1, 2, 3, 4, 7, 8, 9
STYLES = {
    BOLD: ' font-weight="bold"',
    DIM: ' opacity=".6"',
    ITALIC: ' font-style="italic"',
    UNDERLINE: ' text-decoration="underline"',
    STRUCK: ' text-decoration="line-through"',
}
TOKEN = re.compile(
    "\x1b\\[(?P<sgr>[0-9;:]*)m"
    "|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)"
    "|(?P<shift>[\x0e\x0f])"
    "|(?P<text>[^\x1b\x0e\x0f]+)"
)
# characters that the font draws exactly one cell wide; any other begins a new text element with its marks
EVEN = re.compile(
    "(?:[ -~\u00a0-\u024f\u2500-\u25ff](?![\u0300-\u036f\ufe0f]))+|.[\u0300-\u036f\ufe0f\u200d]*"
)


def width(text):
    """Cells that a text takes."""
    wide = {"W": 2, "F": 2}
    return sum(
        0 if unicodedata.combining(c) else wide.get(unicodedata.east_asian_width(c), 1) for c in text
    )


class Pen:
    """The state that SGR sequences change."""

    def __init__(self):
        self.on = set()
        self.colour = {"fg": FOREGROUND, "bg": BACKGROUND}
        self.shifted = False

    def reset(self):
        """SGR 0."""
        self.on.clear()
        self.colour = {"fg": FOREGROUND, "bg": BACKGROUND}

    def sgr(self, parameters):
        """Apply the numbers of one sequence."""
        numbers = [int(n or 0) for n in re.split("[;:]", parameters)]
        while numbers:
            number = numbers.pop(0)
            if number in (38, 48):
                self._extended("fg" if number == 38 else "bg", numbers)
            else:
                self._simple(number)

    def _extended(self, which, numbers):
        if numbers[:1] == [5]:
            self.colour[which] = PALETTE[numbers[1] % 256]
            del numbers[:2]
        elif numbers[:1] == [2]:
            self.colour[which] = "#%02x%02x%02x" % tuple(numbers[1:4])
            del numbers[:4]

    def _simple(self, number):
        if number == 0:
            self.reset()
        elif number in (1, 2, 3, 4, 7, 8, 9):
            self.on.add(number)
        elif number == 22:
            self.on -= {BOLD, DIM}
        elif 23 <= number <= 29:
            self.on.discard(number - 20)
        elif number in (39, 49):
            which, default = ("fg", FOREGROUND) if number == 39 else ("bg", BACKGROUND)
            self.colour[which] = default
        else:
            self._palette(number)

    def _palette(self, number):
        for first, which, offset in ((30, "fg", 0), (40, "bg", 0), (90, "fg", 8), (100, "bg", 8)):
            if first <= number <= first + 7:
                self.colour[which] = PALETTE[number - first + offset]

    def colours(self):
        """Foreground and background as they show."""
        pair = self.colour["fg"], self.colour["bg"]
        return pair[::-1] if REVERSE in self.on else pair


class Picture:
    """Rectangles and texts on a grid of cells."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.rectangles, self.texts = [], []

    def add(self, row, column, text, pen):
        """Draw a run of cells in one style."""
        fg, bg = pen.colours()
        if bg != BACKGROUND:
            place = (MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT)
            size = (width(text) * CELL_WIDTH + 0.05, CELL_HEIGHT)
            self.rectangles.append(
                '<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s"/>' % (*place, *size, bg)
            )
        if text.strip() and HIDDEN not in pen.on:
            style = "".join(STYLES[n] for n in sorted(pen.on) if n in STYLES)
            self._texts(row, column, text, 'fill="%s"%s' % (fg, style))

    def _texts(self, row, column, text, style):
        y = MARGIN + row * CELL_HEIGHT + BASELINE
        for part in EVEN.findall(text):
            if part.strip():
                x = MARGIN + column * CELL_WIDTH
                self.texts.append('<text x="%.2f" y="%.2f" %s>%s</text>' % (x, y, style, escape(part)))
            column += width(part)

    def svg(self):
        """The whole picture."""
        size = (self.columns * CELL_WIDTH + 2 * MARGIN, self.rows * CELL_HEIGHT + 2 * MARGIN)
        head = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
            'font-family="DejaVu Sans Mono,Noto Sans Mono CJK SC,monospace" font-size="16" xml:space="preserve">'
            '<rect width="100%%" height="100%%" fill="%s"/>' % (*size, BACKGROUND)
        )
        return "\n".join([head, *self.rectangles, *self.texts, "</svg>"]) + "\n"


def convert(screen, columns, rows=0):
    """The SVG of a captured screen; rows: its height when the last lines are empty."""
    screen = unicodedata.normalize("NFC", screen)  # librsvg places a combining mark by itself
    lines = screen.rstrip("\n").split("\n")
    picture, pen = Picture(columns, max(rows, len(lines))), Pen()
    for row, line in enumerate(lines):
        column = 0
        for token in TOKEN.finditer(line):
            if token["sgr"] is not None:
                pen.sgr(token["sgr"])
            elif token["shift"]:
                pen.shifted = token["shift"] == "\x0e"
            elif token["text"]:
                text = token["text"].translate(LINE_DRAWING) if pen.shifted else token["text"]
                picture.add(row, column, text, pen)
                column += width(text)
    return picture.svg()


if __name__ == "__main__":
    sys.stdout.write(convert(sys.stdin.read(), int(sys.argv[1]) if len(sys.argv) > 1 else 80))
