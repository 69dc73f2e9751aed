"""How the web server takes requests in: a thread is at work on a request that has come whole, and waits for nobody.

gunicorn's own threads read from the socket and write to it, so that as many slow phones as there are threads silence
the line. Here the loop that waits for connections gathers what they send, and hands out what they are slow to take:
whoever is slow, or says nothing, costs a place in it.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http import get_parser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from checkin.core import arrival
from checkin.web.rules.requests import Extent, RequestRefused, measure

ARRIVES_WITHIN = 15.0
"""Seconds in which a request must be there whole, since its connection was made or its first byte came."""

LARGE_WITHIN = 300.0
"""The same for the body of a large one, which is read only where somebody who signed in may send one."""

TAKES_WITHIN = 30.0
"""Seconds in which somebody must take more of their answer."""

LEAVES_WITHIN = 2.0
"""Seconds for somebody whose connection ends to read what they were answered."""

MOST_HELD = 64 * 1024 * 1024
"""Bytes of all requests that are not whole and answers that are not taken. Beyond it the oldest ones go."""

CHUNK = 64 * 1024


class _Gathered(Unreader):
    """What gunicorn's parser reads from: what has been gathered. Nothing else ever comes."""

    def chunk(self, size_hint: int | None = None) -> bytes:
        return b""


class _Large(Unreader):
    """The same, and then from the socket, for so long in all."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        self._ends = time.monotonic() + LARGE_WITHIN

    def chunk(self, size_hint: int | None = None) -> bytes:
        self._sock.settimeout(max(self._ends - time.monotonic(), 0.01))
        try:
            return self._sock.recv(CHUNK)
        finally:
            self._sock.setblocking(False)


class _Socket(socket.socket):
    """Whoever writes to it never waits. left: what the other side has not taken yet."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        self.setblocking(False)
        self.left = bytearray()

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.left += data
        self.push()

    def push(self) -> None:
        """Send of it what is taken now."""
        with suppress(BlockingIOError, InterruptedError):
            while self.left:
                del self.left[: self.send(bytes(self.left[:CHUNK]))]


class Connection(TConn):
    """One connection. came: what is not answered yet. goes_on: whether it stays open after the answer in hand."""

    parser: Any
    sock: _Socket
    gathered: Unreader

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, _Socket(sock), client, server)
        self.came = bytearray()
        self.came_at = self.ends = 0.0
        self.extent: Extent | None = None
        self.goes_on = True
        self.counted = 0
        self.gathered = _Gathered()
        self.data_ready = True

    def init(self) -> None:
        """Called by gunicorn in a thread, before each request."""
        assert self.extent is not None
        large = self.extent.large
        size = len(self.came) if large else self.extent.bytes
        if self.parser is None:
            self.initialized = True
            self.parser = get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader = self.gathered = _Large(self.sock) if large else _Gathered()
        self.gathered.unread(bytes(self.came[:size]))
        del self.came[:size]
        self.goes_on = not large
        self.sock.setblocking(False)


class WebWorker(ThreadWorker):
    """gunicorn's threaded worker, with a loop of our own. It speaks plain HTTP/1.1, to a proxy or to whoever comes.

    When there are as many connections as `worker_connections`, the one that has been waited for longest gives way.
    """

    def init_process(self) -> None:
        """Called by gunicorn in the process that serves; it returns when that ends."""
        self.cfg.set("sendfile", False)  # the system's own would wait for whoever reads
        self.waiting: dict[Connection, None] = {}  # oldest first
        self.held = 0
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Somebody connects."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._shed()
            elif error.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._shed()
        self._listen(Connection(self.cfg, sock, client, listener.getsockname()), ARRIVES_WITHIN)

    def handle(self, conn: TConn) -> bool:
        """Answer one request, in a thread. It began when its first byte came."""
        assert isinstance(conn, Connection)
        with arrival.since(conn.came_at):
            return super().handle(conn)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """gunicorn would read what the application left of a body: there is nothing, or the connection ends."""
        return keepalive and conn.goes_on

    def finish_request(self, conn: TConn, fs: Future[bool]) -> None:
        """A thread is done with this connection."""
        assert isinstance(conn, Connection)
        try:
            conn.goes_on = not fs.cancelled() and fs.result()
        except Exception:
            conn.goes_on = False
        if conn.gathered.take_buffered():  # gunicorn and we disagree about where it ends
            conn.goes_on = False
        self._write(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Called by gunicorn every second: end what has waited too long. force: all."""
        now = time.monotonic()
        for conn in [conn for conn in self.waiting if force or now >= conn.ends]:
            self._drop(conn)

    def murder_pending(self) -> None:
        """Nothing waits in gunicorn's own list."""

    def _cap_keepalive(self, deadline: float) -> None:
        """This process is to end: whoever has not taken their answer has the grace that gunicorn gives, others less."""
        for conn in self.waiting:
            if not conn.sock.left:
                conn.ends = min(conn.ends, deadline)

    def _listen(self, conn: Connection, seconds: float) -> None:
        conn.extent = None
        self._await(conn, seconds, selectors.EVENT_READ)
        if conn.came:  # more than one request came at once
            conn.came_at = time.monotonic()
            self._look(conn)

    def _read(self, conn: Connection) -> None:
        try:
            came = conn.sock.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            came = b""
        if not came:
            self._drop(conn)
            return
        if not conn.goes_on:  # what still comes on a connection that ends is thrown away
            return
        if not conn.came:
            conn.came_at = time.monotonic()
            if self.alive:
                conn.ends = conn.came_at + ARRIVES_WITHIN
        conn.came += came
        self._count(conn)
        self._look(conn)

    def _look(self, conn: Connection) -> None:
        """Hand it to a thread if its request is whole, or as whole as it will be."""
        if conn not in self.waiting:  # it has just given way
            return
        try:
            conn.extent = conn.extent or measure(conn.came)
        except RequestRefused as error:
            self._leave(conn)
            conn.goes_on = False
            conn.sock.left += f"HTTP/1.1 {error}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            self._write(conn)
            return
        if conn.extent is not None and (conn.extent.large or len(conn.came) >= conn.extent.bytes):
            self._leave(conn)
            self.enqueue_req(conn)

    def _write(self, conn: Connection) -> None:
        """Hand out what is left of the answer; then wait for what comes next, or end it."""
        try:
            conn.sock.push()
            if conn.sock.left:
                self._await(conn, TAKES_WITHIN, selectors.EVENT_WRITE)
            elif conn.goes_on:
                self._listen(conn, self.cfg.keepalive)
            else:
                conn.came.clear()
                conn.sock.shutdown(socket.SHUT_WR)
                self._await(conn, LEAVES_WITHIN, selectors.EVENT_READ)
        except OSError:
            self._close(conn)

    def _await(self, conn: Connection, seconds: float, event: int) -> None:
        conn.ends = time.monotonic() + seconds
        self.waiting[conn] = None
        self.poller.register(conn.sock, event, partial(self._on_event, conn, event))
        self._count(conn)

    def _on_event(self, conn: Connection, event: int, _sock: object) -> None:
        if conn not in self.waiting:
            return
        if event == selectors.EVENT_READ:
            self._read(conn)
        else:
            self._leave(conn)
            self._write(conn)

    def _count(self, conn: Connection) -> None:
        now = len(conn.came) + len(conn.sock.left)
        self.held += now - conn.counted
        conn.counted = now
        while self.held > MOST_HELD and self.waiting:
            self._shed()

    def _shed(self) -> None:
        """The one that has been waited for longest gives way."""
        if self.waiting:
            self._drop(next(iter(self.waiting)))

    def _drop(self, conn: Connection) -> None:
        self._leave(conn)
        self._close(conn)

    def _leave(self, conn: Connection) -> None:
        del self.waiting[conn]
        self.held -= conn.counted
        conn.counted = 0
        self.poller.unregister(conn.sock)

    def _close(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()
