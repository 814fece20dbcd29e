import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import type { SiteFolder } from "../folders";
import { forward } from "../forward";
import { unlessOrphaned } from "../processes";
import { onPath } from "../tools/executable";

/** Where the sandbox's file is in the names of the experiment. */
export const SAMPLE = "/store/sandbox/masses.csv";

/** Port of loopback on which the server listens: that of XRootD is taken by the addresses of Services. */
const PORT = 11094;

/** Where the server sees its folder, which lies below folders that only the user of the sandbox may enter. */
const PLACE = "/srv";

/** User as whom the server runs, which refuses to be root. */
const NOBODY = 65534;

/** Events of the sample, and the peak that they make, in GeV: https://pdg.lbl.gov/2024/listings/rpp2024-list-z-boson.pdf */
const EVENTS = 20_000;
const Z = { mass: 91.19, width: 2.5 };

/**
 * A real XRootD in place of the site's cache, if the machine has one: it serves one file to everybody. It ends with this process.
 * @param address where users' servers look for the cache.
 * @returns whether there is one.
 */
export function startDataServer(folder: SiteFolder, address: string, port: number): boolean {
  const program = onPath("xrootd");
  if (program === undefined) return false;
  const root = folder.file("data-server");
  for (const each of [path.join("files", path.dirname(SAMPLE)), "admin"])
    fs.mkdirSync(path.join(root, each), { recursive: true, mode: 0o755 });
  fs.writeFileSync(path.join(root, "files", SAMPLE), sample());
  fs.chmodSync(root, 0o755);
  fs.chownSync(path.join(root, "admin"), NOBODY, NOBODY);
  fs.writeFileSync(path.join(root, "xrootd.cfg"), DIRECTIVES);
  const out = fs.openSync(folder.log("data-server"), "w", 0o600);
  const server = [program, "-I", "v4", "-c", `${PLACE}/xrootd.cfg`, "-n", "sandbox"];
  // The signal comes after the change of the user, which would undo it.
  const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--pdeathsig=KILL", ...unlessOrphaned(server)];
  const script = `mount --bind "$1" ${PLACE}; shift; cd ${PLACE}; exec "$@"`;
  const [first = "", ...rest] = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", script, "sh", root, ...asNobody];
  const child = spawn(first, rest, { stdio: ["ignore", out, out] });
  child.once("error", () => undefined);
  fs.closeSync(out);
  net.createServer((client) => forward(client, { host: "127.0.0.1", port: PORT })).listen(port, address);
  return true;
}

/** https://xrootd.web.cern.ch/doc/dev56/xrd_config.htm */
const DIRECTIVES = `xrd.port ${PORT}
xrd.network nodnr
all.export /store r/o
oss.localroot ${PLACE}/files
all.adminpath ${PLACE}/admin
all.pidpath ${PLACE}/admin
`;

/** Masses of pairs of muons in GeV, one a line: a peak on a falling background, the same at every start. */
function sample(): string {
  let state = 1;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const lines = Array.from({ length: EVENTS }, () => {
    const mass = random() < 0.7 ? Z.mass + (Z.width / 2) * Math.tan(Math.PI * (random() - 0.5)) : 60 - 30 * Math.log(1 - random());
    return mass.toFixed(3);
  });
  return `${lines.join("\n")}\n`;
}
