import * as http from "node:http";
import type { Server as NetServer, Socket } from "node:net";
import { createProxyServer } from "http-proxy-3";

/** A place of the cell that the machine sees at an address of its own. */
export interface Door {
  /** Where a browser on the machine opens it: `http://localhost:8000`. */
  readonly seen: string;
  /** Its own name, as it stands in links and in what the programs check: `https://hub.example.edu`. */
  readonly own: string;
  /** Where it answers inside the cell. */
  readonly target: string;
}

/**
 * Serves a door on a socket that listens already. The program behind it sees requests for its own name, as from a browser that knows that
 * name, and where it sends the browser to the name of any door, the browser goes to that door.
 */
export function openDoor(door: Door, all: readonly Door[], socket: NetServer): void {
  const proxy = createProxyServer({ target: door.target, secure: false, xfwd: false, ws: true });
  const own = (text: string): string => all.reduce((found, { seen, own: name }) => found.replace(seen, name), text);
  const seen = (text: string): string => all.reduce((found, { seen: name, own: from }) => found.replace(from, name), text);
  const asOwn = (request: http.IncomingMessage): void => {
    request.headers.host = new URL(door.own).host;
    for (const name of ["origin", "referer"] as const) {
      const value = request.headers[name];
      if (value !== undefined) request.headers[name] = own(value);
    }
  };
  proxy.on("proxyRes", (answer, _, response) => {
    // Half an answer is told as such; the browser would wait for the rest.
    answer.once("close", () => answer.complete || response.destroy());
    if (answer.headers.location !== undefined) answer.headers.location = seen(answer.headers.location);
  });
  proxy.on("error", (error: Error, _, response) => {
    if (!(response instanceof http.ServerResponse)) return void (response as Socket | undefined)?.destroy();
    if (!response.headersSent) response.writeHead(502, { "Content-Type": "text/plain" });
    response.end(`${door.own} does not answer yet: ${error.message}\n`);
  });
  const server = http.createServer((request, response) => {
    asOwn(request);
    void proxy.web(request, response);
  });
  server.on("upgrade", (request: http.IncomingMessage, client: Socket, head: Buffer) => {
    asOwn(request);
    client.on("error", () => client.destroy());
    void proxy.ws(request, client, head);
  });
  socket.on("connection", (client) => server.emit("connection", client));
}
