import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** What a server says of a name: its addresses, none (`[]`), that there is no such name, or nothing at all. */
export type Answer = readonly string[] | "no such name" | "silent";

/**
 * A DNS server on loopback that answers questions for an address over UDP (https://www.rfc-editor.org/rfc/rfc1035#section-4). Every name below a wildcard has
 * its answer; any other is refused.
 */
export class DnsResponder {
  private readonly socket: Socket = createSocket("udp4");
  /** @param answers by the domain of a wildcard. */
  constructor(private readonly answers: Readonly<Record<string, Answer>>) {
    this.socket.on("message", (query, from) => {
      const reply = this.reply(query);
      if (reply) this.socket.send(reply, from.port, from.address);
    });
  }

  /** Begins to answer; the server's address. */
  async listen(): Promise<string> {
    this.socket.bind(0, "127.0.0.1");
    await once(this.socket, "listening");
    return `127.0.0.1:${this.socket.address().port}`;
  }

  private reply(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(12, at + 5);
    const answer = this.answers[labels.slice(1).join(".")] ?? "refused";
    if (answer === "silent") return undefined;
    const addresses = typeof answer === "string" ? [] : answer;
    // NOERROR, NXDOMAIN or REFUSED, of an authority that also asks others.
    const code = answer === "no such name" ? 3 : answer === "refused" ? 5 : 0;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8580 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => {
      const record = Buffer.alloc(12);
      // The name of the question, type A, class IN, a minute to live, four bytes.
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(1, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt32BE(60, 6);
      record.writeUInt16BE(4, 10);
      return Buffer.concat([record, Buffer.from(address.split(".").map(Number))]);
    });
    return Buffer.concat([header, question, ...records]);
  }
}

/** Runs a responder in a process of its own, because whoever waits for a command answers nothing meanwhile. */
if (require.main === module) {
  const responder = new DnsResponder(JSON.parse(process.argv[2] ?? "{}") as Readonly<Record<string, Answer>>);
  void responder.listen().then((address) => process.stdout.write(`${address}\n`));
}
