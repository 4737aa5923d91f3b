"""A REPL conversation by a plain WebSocket client, from the written contract alone.

    repl.py <ws://…/ws> <token>

Prints "all good" and ends with 0, or fails with what was not as promised.
"""

import asyncio
import json
import sys

import websockets

DEADLINE = 60
TERMINAL = {"completed", "failed", "cancelled"}


class Repl:
    """One connection. Events are kept per session, messages in order; both are checked."""

    def __init__(self, socket):
        self.socket = socket
        self.messages = []
        self.events = {}
        self.frames = 0

    async def send(self, kind, **fields):
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def read(self):
        frame = json.loads(await asyncio.wait_for(self.socket.recv(), DEADLINE))
        if frame["type"] == "events":
            self.frames += 1
            for offset, event in enumerate(frame["events"]):
                assert "seq" not in event and "sessionId" not in event, event
                placed = {"seq": frame["first"] + offset, "sessionId": frame["sessionId"]}
                if "jobId" in frame:
                    placed["jobId"] = frame["jobId"]
                self.keep({**event, **placed})
        elif "seq" in frame:
            self.keep(frame)
        else:
            self.messages.append(frame)

    def keep(self, event):
        for field in ("type", "seq", "sessionId", "timestamp"):
            assert field in event, (field, event)
        known = self.events.setdefault(event["sessionId"], [])
        expected = known[-1]["seq"] + 1 if known else event["seq"]
        assert event["seq"] == expected, f"a gap or a double at {event['seq']}"
        known.append(event)

    async def message(self, kind):
        while True:
            for at, message in enumerate(self.messages):
                if message["type"] == kind:
                    return self.messages.pop(at)
            await self.read()

    async def event(self, session, wanted):
        while True:
            for event in self.events.get(session, []):
                if wanted(event):
                    return event
            await self.read()

    async def end(self, session, job):
        return await self.event(
            session, lambda event: event.get("jobId") == job and event["type"] in TERMINAL
        )


def line(text):
    return lambda event: event["type"] == "log" and event["log"]["line"] == text


async def introduce(repl, token):
    """connected, authenticate, ping."""
    connected = await repl.message("connected")
    assert connected["timestamp"].endswith("Z"), connected
    # On a loopback the developer of the machine may have been let in before.
    await repl.send("authenticate", token=token)
    await repl.send("ping")
    await repl.message("pong")
    known = [message for message in repl.messages if message["type"] == "authenticated"]
    assert known and known[-1]["userId"], repl.messages
    repl.messages.clear()
    return known[-1]["userId"]


async def generate(repl):
    """start_generation without a session makes one and joins it; everything comes from seq 1."""
    await repl.send("start_generation", prompt="lines 100; write index.html <h1>hi</h1>")
    joined = await repl.message("session_joined")
    session, job = joined["sessionId"], joined["jobs"][0]["id"]
    end = await repl.end(session, job)
    assert end["type"] == "completed" and end["requestId"] == job, end
    assert end["downloadUrl"] == f"/api/jobs/{job}/download", end
    events = repl.events[session]
    assert [event["seq"] for event in events] == list(range(1, end["seq"] + 1))
    assert events[0]["type"] == "job_queued" and events[1]["type"] == "generation_started"
    lines = [event["log"]["line"] for event in events if event["type"] == "log"]
    assert lines == [f"line {n}" for n in range(1, 101)], lines
    return session, end["seq"]


async def look(repl, session, last):
    """get_state tells the head, the jobs and what the agent does."""
    await repl.send("get_state", sessionId=session)
    state = await repl.message("state")
    assert state["lastSeq"] == last and state["jobs"][0]["status"] == "completed", state
    assert isinstance(state["agentState"], str) and isinstance(state["files"], dict), state


async def cancel(repl, session):
    """A second job in the joined session is started and cancelled."""
    await repl.send("start_generation", sessionId=session, prompt="lines 1; hang")
    last = repl.events[session][-1]["seq"]
    begun = await repl.event(session, lambda event: event["seq"] > last and line("line 1")(event))
    await repl.send("cancel_generation", jobId=begun["jobId"])
    end = await repl.end(session, begun["jobId"])
    assert end["type"] == "cancelled", end


async def replay(repl, session, expected):
    """batch mode from the start, acknowledged, gives the same events."""
    await repl.send("join_session", sessionId=session, after=0, batch=True)
    joined = await repl.message("session_joined")
    assert joined["lastSeq"] == expected[-1]["seq"], joined
    acknowledged = 0
    while not repl.events.get(session) or repl.events[session][-1]["seq"] < joined["lastSeq"]:
        await repl.read()
        reached = repl.events[session][-1]["seq"] if repl.events.get(session) else 0
        if reached > acknowledged:
            acknowledged = reached
            await repl.send("ack", sessionId=session, seq=acknowledged)
    assert repl.events[session] == expected
    assert 0 < repl.frames < len(expected), "several events share a frame"
    await repl.send("leave_session", sessionId=session)


async def err(repl):
    """Mistakes are answered readably, and the connection goes on."""
    for mistake, code in (("no json", "bad_message"), (b"\x00\x01", "binary_not_supported")):
        await repl.socket.send(mistake)
        error = await repl.message("error")
        assert error["code"] == code and error["error"], error
    await repl.send("start_generation", prompt="")
    assert (await repl.message("error"))["code"] == "invalid_field"
    await repl.send("join_session", sessionId="00000000-0000-7000-8000-000000000000")
    assert (await repl.message("error"))["code"] == "not_found"
    try:
        while True:
            await repl.read()
    except websockets.ConnectionClosed as closed:
        assert closed.rcvd.code == 4404, closed


async def main(url, token):
    async with websockets.connect(url, max_size=None) as socket:
        repl = Repl(socket)
        user = await introduce(repl, token)
        session, last = await generate(repl)
        await look(repl, session, last)
        await cancel(repl, session)
        expected = repl.events[session]
    async with websockets.connect(f"{url}?token={token}", max_size=None) as socket:
        repl = Repl(socket)
        known = await repl.message("authenticated")
        assert known["userId"] == user, known
        await replay(repl, session, expected)
        await err(repl)
    print("all good")


asyncio.run(main(*sys.argv[1:]))
