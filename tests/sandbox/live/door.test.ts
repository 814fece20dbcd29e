import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import * as net from "node:net";
import { type Door, openDoor } from "#af/sandbox/live/door";

describe("a door of the sandbox", () => {
  const servers: net.Server[] = [];
  after(() => servers.forEach((server) => server.close()));

  const listening = async <T extends net.Server>(server: T): Promise<T> => {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  const portOf = (server: net.Server): number => (server.address() as net.AddressInfo).port;

  it("lets the program see its own name, and the browser the doors", async () => {
    let seen: http.IncomingHttpHeaders = {};
    const program = await listening(
      http.createServer((request, response) => {
        seen = request.headers;
        const location = new URL(request.url ?? "/", "https://any").searchParams.get("to") ?? "";
        response.writeHead(302, { location }).end();
      }),
    );
    const socket = await listening(net.createServer());
    const hub: Door = {
      seen: `http://localhost:${portOf(socket)}`,
      own: "https://hub.test",
      target: `http://127.0.0.1:${portOf(program)}`,
    };
    const login: Door = { seen: "http://localhost:1", own: "https://login.test", target: "http://127.0.0.1:1" };
    openDoor(hub, [hub, login], socket);
    const cases = [
      ["/hub/login", "/hub/login"],
      [
        "https://login.test/authorize?redirect_uri=https%3A%2F%2Fhub.test%2F",
        "http://localhost:1/authorize?redirect_uri=https%3A%2F%2Fhub.test%2F",
      ],
      ["https://hub.test/hub/oauth_callback?code=1", `${hub.seen}/hub/oauth_callback?code=1`],
      ["https://elsewhere.test/", "https://elsewhere.test/"],
    ] as const;
    for (const [to, told] of cases) {
      const answer = await fetch(`http://127.0.0.1:${portOf(socket)}/?to=${encodeURIComponent(to)}`, {
        redirect: "manual",
        headers: { origin: hub.seen, referer: `${login.seen}/interaction/1` },
      });
      assert.equal(answer.headers.get("location"), told);
    }
    assert.deepEqual([seen.host, seen.origin, seen.referer], ["hub.test", "https://hub.test", "https://login.test/interaction/1"]);
  });
});
