"""A terminal with a shell in it: types, waits for what is shown, and keeps all of it with its times."""

import codecs
import fcntl
import json
import os
import pty
import select
import struct
import termios
import time

import pyte

COLUMNS, ROWS = 120, 32

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
        """Lets whoever watches read; what comes meanwhile is kept."""
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

    def _read(self, deadline, wanted):
        if not select.select([self._fd], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"{wanted!r} was not shown; the end of what was:\n{self._unread[-2000:]}")
        text = self._decoder.decode(os.read(self._fd, 65536))
        self.events.append((round(time.monotonic() - self._began, 3), text))
        self._unread += text
