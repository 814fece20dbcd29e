import * as fs from "node:fs";
import * as path from "node:path";
import type { Machines } from "./machines";

/** User and group id of XRootD in the image (https://github.com/opensciencegrid/docker-xcache/blob/master/Dockerfile). */
export const XROOTD_ID = 10940;

/** Files of a root folder: text by path, with a mode where it is not 0644. */
export type RootFiles = Readonly<Record<string, string | { readonly text: string; readonly mode: number; readonly owner?: number }>>;

/**
 * Makes a root folder with this machine's programs, which are read-only, and nothing else of it: a daemon that takes "/" for its own finds only
 * what a container has. The folder is on the host's own disk, as a container's layer is.
 */
export async function rootFolder(machines: Machines, name: string, files: RootFiles): Promise<string> {
  const root = fs.mkdtempSync(path.join(machines.folder, `${name}-`));
  fs.chmodSync(root, 0o755);
  for (const folder of [
    "usr",
    "proc",
    "dev",
    "run/xrootd",
    "var/log/xrootd",
    "var/spool/xrootd",
    "home/xrootd",
    "etc/alternatives",
    "local",
  ])
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  for (const folder of ["run/xrootd", "var/log/xrootd", "var/spool/xrootd", "home/xrootd"])
    fs.chownSync(path.join(root, folder), XROOTD_ID, XROOTD_ID);
  fs.mkdirSync(path.join(root, "tmp"));
  fs.chmodSync(path.join(root, "tmp"), 0o1777);
  fs.symlinkSync("../run", path.join(root, "var/run"));
  for (const link of ["bin", "sbin", "lib", "lib64"])
    if (fs.existsSync(`/${link}`) && fs.lstatSync(`/${link}`).isSymbolicLink()) fs.symlinkSync(`usr/${link}`, path.join(root, link));
  const all: RootFiles = {
    "etc/passwd": `root:x:0:0::/root:/bin/sh\nxrootd:x:${XROOTD_ID}:${XROOTD_ID}::/home/xrootd:/bin/sh\n`,
    "etc/group": `root:x:0:\nxrootd:x:${XROOTD_ID}:\n`,
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "etc/hosts": `127.0.0.1 localhost\n${machines.hosts}`,
    ...files,
  };
  for (const [file, content] of Object.entries(all)) {
    const at = path.join(root, file.replace(/^usr\/local\//, "local/"));
    fs.mkdirSync(path.dirname(at), { recursive: true });
    const { text, mode, owner = 0 } = typeof content === "string" ? { text: content, mode: 0o644 } : content;
    fs.writeFileSync(at, text);
    fs.chmodSync(at, mode);
    fs.chownSync(at, owner, owner);
  }
  const devices = ["null", "zero", "random", "urandom"].map((device) => path.join(root, "dev", device));
  for (const device of devices) fs.writeFileSync(device, "");
  await machines.shell(
    [
      ...["/usr", "/etc/alternatives"].map((shared) => `mount --bind -o ro ${shared} ${root}${shared}`),
      `mount --bind ${root}/local ${root}/usr/local`,
      ...devices.map((device) => `mount --bind /dev/${path.basename(device)} ${device}`),
    ].join("\n"),
  );
  return root;
}
