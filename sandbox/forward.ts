import * as net from "node:net";

/**
 * Connects a client with what listens behind an address. What one side has sent before it hung up still reaches the other, and a client whose target does
 * not answer is reset.
 */
export function forward(client: net.Socket, target: { readonly host: string; readonly port: number }): void {
  client.on("error", () => client.destroy());
  const server = net.connect(target);
  server.on("error", () => client.resetAndDestroy());
  client.on("close", () => server.destroySoon());
  server.on("close", () => client.destroySoon());
  client.pipe(server).pipe(client);
}
