import * as fs from "node:fs";
import * as path from "node:path";
import type { StartedProgram } from "../../../support/started-program";
import type { Authority, Issuer } from "./authority";
import type { Machines } from "./machines";
import { rootFolder, XROOTD_ID } from "./root-folder";

/** Serves the documents of issuers of one host on its own machine, by https. */
export async function serveIssuers(machines: Machines, issuers: readonly Issuer[], authority: Authority): Promise<StartedProgram> {
  const host = new URL(issuers[0]?.url ?? "").hostname;
  const { certificate, key } = authority.certify(host);
  const documents = Object.fromEntries(
    issuers.flatMap(({ url, documents: own }) =>
      Object.entries(own).map(([at, text]) => [`www${new URL(url).pathname}${at}`, text] as const),
    ),
  );
  const root = await rootFolder(machines, host, { ...documents, "www/host.pem": certificate, "www/host.key": key });
  return machines.program(host, root, ["python3", "-c", SERVER], {});
}

const SERVER = `
import http.server, os, ssl
os.chdir("/www")
server = http.server.ThreadingHTTPServer(("", 443), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("host.pem", "host.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
`;

/** Two collectors of monitoring on one machine, which print what arrives over UDP: a port, a blank and the packet in hexadecimal digits, one a line. */
export async function startCollectors(machines: Machines, host: string, ports: readonly number[]): Promise<StartedProgram> {
  const root = await rootFolder(machines, host, {});
  const program = machines.program(host, root, ["python3", "-uc", COLLECTORS, ...ports.map(String)], {});
  await program.until("the collectors listen", () => Promise.resolve(program.log.includes("listening")));
  return program;
}

const COLLECTORS = `
import selectors, socket, sys
ready = selectors.DefaultSelector()
for port in map(int, sys.argv[1:]):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("", port))
    ready.register(listener, selectors.EVENT_READ, port)
print("listening")
while True:
    for key, _ in ready.select():
        print(key.data, key.fileobj.recv(65536).hex())
`;

/** A server of files that takes tokens alone. */
export interface Door {
  readonly host: string;
  readonly audience: string;
  readonly root: string;
  /** The server that runs. */
  readonly program: StartedProgram;
  /** Ends the server and starts it again. */
  restart(): Promise<void>;
  /** How often a file was found and opened. */
  opened(file: string): number;
}

/** What a server of files has. */
export interface DoorFacts {
  readonly authority: Authority;
  readonly issuer: Issuer;
  /** Audience of the tokens that it takes; https:// and its name if left out. */
  readonly audience?: string;
  readonly files: Readonly<Record<string, Buffer>>;
}

/** Starts a server of files on its own machine, at port 1094. Its files are below /store. */
export async function startDoor(
  machines: Machines,
  host: string,
  { authority, issuer, files, audience = `https://${host}` }: DoorFacts,
): Promise<Door> {
  const { certificate, key } = authority.certify(host);
  const lines = [
    "xrd.port 1094",
    "xrd.network nodnr",
    "all.export /store r/o",
    "oss.localroot /files",
    "all.adminpath /run/xrootd",
    "all.pidpath /run/xrootd",
    "xrd.tls /host.pem /host.key",
    "xrd.tlsca certdir /etc/grid-security/certificates",
    "xrootd.tls all",
    "xrootd.seclib libXrdSec.so",
    "sec.protocol ztn -maxsz 8k",
    "sec.protbind * only ztn",
    "ofs.authorize 1",
    "ofs.authlib libXrdAccSciTokens.so config=/scitokens.cfg",
    "ofs.trace open",
  ];
  const root = await rootFolder(machines, host, {
    ...authority.trust,
    "server.cfg": lines.join("\n") + "\n",
    "scitokens.cfg": `[Global]\naudience = ${audience}\n\n[Issuer site]\nissuer = ${issuer.url}\nbase_path = /\n`,
    "host.pem": { text: certificate, mode: 0o644, owner: XROOTD_ID },
    "host.key": { text: key, mode: 0o600, owner: XROOTD_ID },
  });
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, "files", file)), { recursive: true });
    fs.writeFileSync(path.join(root, "files", file), content);
  }
  const command = "xrootd -I v4 -R xrootd -c /server.cfg -n door";
  // A session is known by the server's process number, so that a server which is started again must not have the number of the last one.
  const start = (before: number): StartedProgram =>
    machines.program(host, root, ["sh", "-c", `for each in $(seq ${before * 3}); do env true; done; ${command}`], {});
  const programs = [start(0)];
  const current = (): StartedProgram => programs.at(-1) ?? start(0);
  const ready = (): Promise<void> =>
    current().until("the door answers", () => Promise.resolve(/door@\S+ initialization completed/.test(current().log)));
  await ready();
  return {
    host,
    audience,
    root,
    get program() {
      return current();
    },
    restart: async () => {
      await current().stop();
      programs.push(start(programs.length));
      await ready();
    },
    opened: (file) => {
      const lines = programs.flatMap(({ log }) => log.split("\n")).filter((line) => /ofs_open/.test(line) && line.trimEnd().includes(file));
      return lines.reduce((sum, line) => sum + (/Unable to open/.test(line) ? -1 : 1), 0);
    },
  };
}
