"""A terminal with a shell in it: types, waits for what is shown, and keeps all of it with its times."""

import codecs
import fcntl
import html
import itertools
import json
import os
import pty
import select
import struct
import termios
import time

import pyte

COLUMNS, ROWS = 120, 32

# The names that pyte has for the colours of a terminal.
COLOURS = {"red": "#f07178", "green": "#aad94c", "brown": "#ffcb6b", "blue": "#82aaff", "cyan": "#89ddff"}

# Many times what any step takes.
PATIENCE_SECONDS = 60


class Terminal:
    """A shell at a pseudo-terminal. Its prompt says nothing of user, host and folder."""

    def __init__(self, folder, environment, haste=1.0):
        self.events = []
        self._began = time.monotonic()
        self._haste = haste
        self._unread = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            shell = ["bash", "--norc", "--noprofile", "--noediting"]
            os.execvpe(shell[0], shell, {**environment, "TERM": "xterm-256color", "PS1": "$ "})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.shows("$ ")

    def shows(self, text):
        """Waits until this is shown, and gives what was shown since the last wait."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self._unread:
            self._read(deadline, text)
        shown, _, self._unread = self._unread.partition(text)
        return shown + text

    def pause(self, seconds):
        """Leaves time to read; what comes meanwhile is kept."""
        until = time.monotonic() + seconds * self._haste
        while (left := until - time.monotonic()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                self._read(until + PATIENCE_SECONDS, "more")

    def types(self, text):
        """Types a line, letter by letter."""
        for letter in text:
            self.sends(letter)
            self.pause(0.015)
        self.pause(0.3)
        self.sends("\r")

    def pastes(self, line):
        """Gives a whole line at once."""
        self.sends(line)
        self.pause(0.8)
        self.sends("\r")

    def answers(self, question, keys):
        """Waits for a question and presses keys."""
        self.shows(question)
        self.pause(0.4)
        self.sends(keys)

    def sends(self, keys):
        """Presses keys."""
        os.write(self._fd, keys.encode())

    def close(self):
        """Ends the shell."""
        os.close(self._fd)
        os.waitpid(self._pid, 0)

    def cast(self, title):
        """All of it as asciinema shows it: https://docs.asciinema.org/manual/asciicast/v2/."""
        header = {"version": 2, "width": COLUMNS, "height": ROWS, "title": title, "env": {"TERM": "xterm-256color"}}
        lines = [json.dumps(header), *(json.dumps([time_, "o", text], ensure_ascii=False) for time_, text in self.events)]
        return "\n".join(lines) + "\n"

    def text(self):
        """All of it as it stood in the terminal in the end, with what had scrolled away."""
        screen = pyte.HistoryScreen(COLUMNS, ROWS, history=10_000)
        stream = pyte.Stream(screen)
        for _, text in self.events:
            stream.feed(text)
        scrolled = ["".join(line[column].data for column in range(COLUMNS)) for line in screen.history.top]
        return "\n".join(line.rstrip() for line in [*scrolled, *screen.display]).rstrip("\n$ ") + "\n"

    def picture(self, first, last):
        """The lines from `first` to `last` as an SVG, with the terminal's colours."""
        screen = pyte.HistoryScreen(COLUMNS, ROWS, history=10_000)
        stream = pyte.Stream(screen)
        for _, text in self.events:
            stream.feed(text)
        rows = [*screen.history.top, *(screen.buffer[row] for row in range(ROWS))]
        texts = ["".join(row[column].data for column in range(COLUMNS)).rstrip() for row in rows]
        begin = next(number for number, text in enumerate(texts) if first in text)
        end = next(number for number, text in enumerate(texts) if number > begin and last in text)
        return svg(rows[begin : end + 1])

    def _read(self, deadline, wanted):
        if not select.select([self._fd], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"{wanted!r} was not shown; the end of what was:\n{self._unread[-2000:]}")
        text = self._decoder.decode(os.read(self._fd, 65536))
        self.events.append((round(time.monotonic() - self._began, 3), text))
        self._unread += text


def svg(rows):
    """Rows of a screen as an SVG: one `text` a row, one `tspan` for cells that look the same."""
    width, height = COLUMNS * 8 + 32, len(rows) * 18 + 32
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13.3"',
        '  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" xml:space="preserve">',
        f'<rect width="{width}" height="{height}" rx="8" fill="#16191f"/>',
    ]
    for number, row in enumerate(rows):
        cells = [row[column] for column in range(COLUMNS)]
        groups = itertools.groupby(cells, key=lambda cell: (cell.fg, cell.bold))
        spans = ((look, "".join(cell.data for cell in group)) for look, group in groups)
        text = "".join(span(*look, part) for look, part in spans)
        lines.append(f'<text x="16" y="{number * 18 + 29}">{text}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def span(colour, bold, text):
    """Cells of one look."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<tspan fill="{COLOURS.get(colour, "#d7dae0")}"{weight}>{html.escape(text, quote=False)}</tspan>'
