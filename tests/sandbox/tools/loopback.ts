import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { create } from "tar";

/** The SHA-256 of some bytes, as 64 hexadecimal digits. */
export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A tar archive, compressed, that holds one file of that path. */
export function archiveOf(member: string, content: string): Buffer {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-archive-"));
  try {
    fs.mkdirSync(path.dirname(path.join(folder, member)), { recursive: true });
    fs.writeFileSync(path.join(folder, member), content, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, "LICENSE"), "any");
    const file = path.join(folder, "archive.tar.gz");
    create({ file, cwd: folder, gzip: true, sync: true }, ["LICENSE", member]);
    return fs.readFileSync(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A server on loopback that plays the servers of upstream: what it has, by path, and what was asked of it. */
export class Upstream {
  readonly files = new Map<string, Buffer>();
  readonly asked: string[] = [];
  private readonly server = http.createServer((request, response) => {
    this.asked.push(request.url ?? "");
    if (this.silent) return;
    const body = this.files.get(request.url ?? "");
    if (body === undefined) response.writeHead(404).end("no such file");
    else if (this.cutAt === undefined) response.writeHead(200, { "content-length": body.length }).end(body);
    else {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, this.cutAt), () => response.destroy());
    }
  });
  /** Bytes after which the server breaks the connection. */
  cutAt: number | undefined;
  /** Whether the server never answers. */
  silent = false;

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** Its address, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
