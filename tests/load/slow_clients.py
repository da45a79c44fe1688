#!/usr/bin/env python3
"""Clients that hold a server's attention and give nothing back: half send a request byte by byte,
half ask for much and read next to nothing. Says that it is there once the last of them waits: a
hundred large requests at once are work for a server, not slowness. Ends at SIGTERM.

  tests/load/slow_clients.py PORT COUNT
"""
import asyncio
import socket
import sys

SEND_EVERY_S = 0.2
READ_EVERY_S = 0.2
READ_BYTES = 64
BODY_BYTES = 4_000


class Slow:
    """Counts the clients that have sent or got their first byte."""

    def __init__(self, count):
        self.missing = count
        self.all_there = asyncio.Event()

    def begun(self):
        self.missing -= 1
        if self.missing == 0:
            self.all_there.set()


async def slow_sender(port, slow):
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /calls HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n" % BODY_BYTES)
            slow.begun()
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(SEND_EVERY_S)
        except OSError:
            await asyncio.sleep(SEND_EVERY_S)


async def slow_reader(port, slow):
    loop = asyncio.get_running_loop()
    while True:
        try:
            with socket.socket() as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.setblocking(False)
                await loop.sock_connect(client, ("127.0.0.1", port))
                await loop.sock_sendall(client, b"GET /calls?pageSize=500 HTTP/1.1\r\nHost: bench\r\n\r\n")
                await loop.sock_recv(client, READ_BYTES)
                slow.begun()
                while await loop.sock_recv(client, READ_BYTES):
                    await asyncio.sleep(READ_EVERY_S)
        except OSError:
            await asyncio.sleep(READ_EVERY_S)


async def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    slow = Slow(count)
    clients = [slow_sender(port, slow) for _ in range(count // 2)]
    clients += [slow_reader(port, slow) for _ in range(count - count // 2)]
    everyone = asyncio.gather(*clients)
    await slow.all_there.wait()
    print(f"listening to 127.0.0.1:{port}, slowly", flush=True)
    await everyone


asyncio.run(main())
