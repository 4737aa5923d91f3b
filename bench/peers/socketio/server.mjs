// A server of Socket.IO with clients: they are in one room, and what is emitted to it comes from
// another process, through Redis. Prints where it listens; ends with its stdin.

import { createServer } from "node:http";
import { Server } from "socket.io";
import { createAdapter } from "@socket.io/redis-adapter";
import { ROOM, connect } from "./common.mjs";

const [publisher, subscriber] = [connect(), connect()];
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ["websocket"],
  serveClient: false,
});

io.on("connection", (socket) => socket.join(ROOM));
http.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${http.address().port}`));
process.stdin.on("end", () => process.exit()).resume();
