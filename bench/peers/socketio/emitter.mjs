// A server of Socket.IO without clients: emits to the room what it reads. A line of stdin is an
// array of events, emitted one by one, or with the argument `batch` as one. Ends with its stdin.

import { createInterface } from "node:readline";
import { Server } from "socket.io";
import { createAdapter } from "@socket.io/redis-adapter";
import { ROOM, connect } from "./common.mjs";

const whole = process.argv[2] === "batch";
const io = new Server({ adapter: createAdapter(connect(), connect()) });

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const events = JSON.parse(line);
    if (whole) {
      io.to(ROOM).emit("events", events);
    } else {
      for (const event of events) io.to(ROOM).emit("event", event);
    }
  })
  .on("close", () => process.exit());
console.log("ready");
