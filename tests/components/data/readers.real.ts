import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { Authority, Issuer } from "./xcache/authority";
import { Client } from "./xcache/client";
import { asksNameServer, startNameServer } from "./xcache/name-server";
import { serveIssuers, startDoor, type Door } from "./xcache/federation";
import type { CacheImage } from "./xcache/image";
import { Machines } from "./xcache/machines";
import type { Pod } from "./xcache/pod";
import { readingSite, type Environment, type ReadingSite } from "./xcache/reading-site";
import { clientToken, requireImage, RunningCache, siteData } from "./xcache/running-cache";
import { startSignpost } from "./xcache/signpost";
import { Wiretap } from "./xcache/wiretap";

const CACHE = "cache.example.edu";
const ORIGIN = "origin.example.edu";
const ISSUER = "https://issuer.example.edu/";
const SIGNPOST = "signpost.example.edu";
const KNOWN = "root://xcache//store/known";
const NAMES = "names.example.edu";
/** Domain in which the public DNS knows the signpost. */
const JOBS = "jobs.example.edu";
const READER = path.join(__dirname, "python", "reads_root.py");
const BATCH = path.resolve(__dirname, "..", "batch", "python");
const EVENTS = 20_000;

/** What an image of CMS has built in: the development cache of another site, at which nobody may read here. */
const IMAGE = { XCACHE_HOST: "xcache.elsewhere.invalid", XCACHE_PORT: "1" };

/** A reader, with the `host:port` or name at which it asks, and its variables. */
type Asking = readonly [what: string, client: Client, at: string, env: Environment];

/*
 * No client here has the plug-in that turns the name `xcache` into an address, which is in no package registry. As in a cluster, pods have an address for
 * the name, and hosts outside have none: the DNS that they ask knows it in the site's domain alone. At its address everything that clients say is kept, and
 * passed on to the signpost. The job's variables are those of the job that the image's own class makes, as HTCondor's own parser reads it.
 */
describe("clients of XRootD without the plug-in, in the environments that the facility renders", function () {
  this.timeout(600_000);
  let site: ReadingSite;
  let image: CacheImage;
  let machines: Machines | undefined;
  let issuer: Issuer;
  let door: Door;
  let cache: RunningCache;
  let signpost: Pod;
  let name: Wiretap;
  let interpreter = "";
  let pod: Client;
  let outside: Client;
  let misled: Client;
  let job: Environment;
  const token = (): string => clientToken(issuer, site.cache);

  before(async function () {
    image = requireImage(this);
    const python = await pythonEnvironment(this, path.join(__dirname, "python", "readers.txt"));
    const dask = await pythonEnvironment(this, path.join(BATCH, "dask.txt"));
    const { cache: settings } = siteData({
      host: CACHE,
      address: "192.0.2.20",
      signpost: { domain: JOBS, address: "192.0.2.21" },
      origin: { host: ORIGIN },
      certificate: "internal",
      tokens: { issuers: [{ url: ISSUER, paths: ["/store"] }] },
    });
    site = await readingSite(settings);
    job = await environmentOfJobs(dask);
    machines = new Machines();
    await machines.start();
    for (const host of [
      ORIGIN,
      CACHE,
      "issuer.example.edu",
      SIGNPOST,
      NAMES,
      "pod.example.edu",
      "worker.example.edu",
      "misled.example.edu",
    ])
      await machines.add(host);
    const { hosts } = machines;
    await machines.add("xcache");
    const authority = new Authority(machines.folder);
    issuer = new Issuer(ISSUER);
    await serveIssuers(machines, [issuer], authority);
    const events = path.join(machines.folder, "events.root");
    await python.ask(READER, { write: events, events: EVENTS });
    const files = { "/store/known": Buffer.from("known\n"), "/store/events.root": fs.readFileSync(events) };
    door = await startDoor(machines, ORIGIN, { authority, issuer, files });
    const own = issuer.token({ audience: door.audience, scope: "storage.read:/" });
    cache = await RunningCache.on(machines, CACHE, site.cache, { image, authority, token: own });
    await cache.start();
    signpost = await started();
    name = await Wiretap.on(machines, "xcache", SIGNPOST, 1094);
    // The environment, and the installation from which it was made, where that is none of the system's.
    const installations = [python.python, fs.realpathSync(python.python)].map((program) => path.dirname(path.dirname(program)));
    const packages = installations.filter((folder) => folder !== "/usr");
    const reader = { "reads_root.py": fs.readFileSync(READER, "utf8") };
    pod = await Client.on(machines, "pod.example.edu", authority, reader, packages);
    await startNameServer(machines, NAMES, { [`xcache.${JOBS}`]: machines.addressOf("xcache") });
    const asks = asksNameServer(machines.addressOf(NAMES), "pool.example.org");
    const unnamed = { ...reader, ...asks, "etc/hosts": `127.0.0.1 localhost\n${hosts}` };
    outside = await Client.on(machines, "worker.example.edu", authority, unnamed, packages);
    // Whoever rules its names sends it to the door, which has a certificate of the same authority.
    const lies = machines.hosts.replace(` ${CACHE}`, " cache-elsewhere.example.edu").replace(` ${ORIGIN}`, ` ${CACHE}`);
    misled = await Client.on(machines, "misled.example.edu", authority, { "etc/hosts": `127.0.0.1 localhost\n${lies}` });
    interpreter = python.python;
  });

  after(async () => machines?.end());

  it("reach a daemon that knows each of its directives, and would say so of another", async () => {
    assert.deepEqual(complaints(), []);
    const prefixes = ["xrd", "xrootd", "oss", "ofs"];
    await signpost.stop();
    signpost = await started(prefixes.map((prefix) => `${prefix}.nonsense 1\n`).join(""));
    assert.ok(complaints().length >= prefixes.length, complaints().join("\n"));
    await signpost.stop();
    signpost = await started();
  });

  it("read the URL as it is written, by TLS at the cache's true name, and show their token to nobody else", async () => {
    for (const [index, [what, client, , env]] of named().entries()) {
      const { mark } = name;
      const shown = issuer.token({ audience: `https://${CACHE}`, scope: "storage.read:/store", subject: `reader-${index}` });
      const { bytes, text } = await client.copy(KNOWN, shown, undefined, env);
      assert.equal(bytes?.toString(), "known\n", `${what}: ${text}`);
      assert.match(cache.log, new RegExp(`TLSv1\\.[23] login as reader-${index}$`, "m"), what);
      const said = await name.said(mark);
      assert.match(said, /\/store\/known/, what);
      for (const part of shown.split(".")) assert.ok(!said.includes(part), what);
    }
    assert.equal(door.opened("/store/known"), 1);
  });

  it("ask for what they like about a file, and for what a URL of ServiceX names", async () => {
    const [, , , env] = named()[0] ?? assert.fail("no reader");
    const asked = async (...command: readonly string[]) => {
      const { code, text } = await pod.run(["xrdfs", "xcache", ...command], token(), undefined, env);
      assert.equal(code, 0, text);
      return text;
    };
    assert.match(await asked("stat", "/store/known"), /Size: +6/);
    assert.match(await asked("ls", "/store"), /events\.root/);
    assert.match(await asked("locate", "/store/known"), /Server Read/);
    const { bytes, text } = await pod.copy(`root://xcache//root://${ORIGIN}//store/known`, token(), undefined, env);
    assert.equal(bytes?.toString(), "known\n", text);
  });

  it("are refused by the cache without a token, and with one of another audience", async () => {
    const other = issuer.token({ audience: "https://other.example.edu", scope: "storage.read:/store" });
    for (const [what, client, , env] of named())
      for (const shown of [undefined, other]) {
        const { bytes, text } = await client.copy(KNOWN, shown, undefined, env);
        assert.equal(bytes, undefined, what);
        assert.match(text, /Auth failed|denied/i, what);
      }
  });

  it("show nothing to a host that has not the cache's certificate, though the address of the true name be its own", async () => {
    const [, , , env] = named()[0] ?? assert.fail("no reader");
    const before = door.opened("/store/known");
    const { bytes, text } = await misled.copy(KNOWN, token(), undefined, env);
    assert.equal(bytes, undefined, text);
    assert.match(text, /hostname not in SAN/);
    assert.equal(door.opened("/store/known"), before);
  });

  it("let uproot read a file of ROOT through XRootD", async () => {
    for (const [what, client, at, env] of [...named(), ...told()]) {
      const ask = `echo '{"read": "root://${at}//store/events.root"}' | ${interpreter} /reads_root.py`;
      const { code, text } = await client.run(["sh", "-c", ask], token(), 180_000, env);
      assert.equal(code, 0, `${what}: ${text}`);
      const answer = text.split("\n").find((line) => line.startsWith("{")) ?? assert.fail(`${what}: ${text}`);
      assert.deepEqual(JSON.parse(answer), { sum: (EVENTS * (EVENTS - 1)) / 2, source: "FSSpecSource" }, what);
    }
  });

  it("are led to the same cache by the variables of the plug-in", async () => {
    for (const [what, client, at, env] of told()) {
      const { bytes, text } = await client.copy(`root://${at}//store/known`, token(), undefined, env);
      assert.equal(bytes?.toString(), "known\n", `${what}: ${text}`);
    }
    assert.equal(door.opened("/store/known"), 1);
  });

  it("find the name in a job by the domain of the site alone", async () => {
    const { LOCALDOMAIN: domain, ...others } = job;
    assert.equal(domain, JOBS);
    for (const env of [others, { ...others, LOCALDOMAIN: "elsewhere.example.edu" }]) {
      const { bytes, text } = await outside.copy(KNOWN, token(), undefined, { ...IMAGE, ...env });
      assert.equal(bytes, undefined);
      assert.match(text, /Invalid address/);
    }
  });

  /** What a job of the notebook's class for the images has in its environment. */
  async function environmentOfJobs(dask: PythonEnvironment): Promise<Environment> {
    const given = { environment: { ...site.notebook, HOST_IP: "alice.example.edu" }, workers: "docker" };
    const { value } = (await dask.ask(path.join(BATCH, "reads_job.py"), given)) as { readonly value: Environment };
    return Object.fromEntries([...(value["environment"] ?? "").matchAll(/(\w+)='([^']*)'/g)].map(([, key = "", text = ""]) => [key, text]));
  }

  /** All readers, and the name at which they ask. */
  function named(): readonly Asking[] {
    const pods = Object.entries(site.pods).map(([what, env]): Asking => [what, pod, "xcache", { ...IMAGE, ...env }]);
    return [...pods, ["job outside of the cluster", outside, "xcache", { ...IMAGE, ...job }]];
  }

  /** All readers, and the address to which the plug-in would turn the name. */
  function told(): readonly Asking[] {
    return named().map(([what, client, , env]) => [what, client, `${env["XCACHE_HOST"]}:${env["XCACHE_PORT"]}`, env]);
  }

  async function started(further = ""): Promise<Pod> {
    return startSignpost(machines ?? assert.fail("no machines"), SIGNPOST, site.signpost, image, further);
  }

  function complaints(): readonly string[] {
    return (signpost.program?.log ?? "").split("\n").filter((line) => /unknown|unmatched|ignoring|invalid|failed|unable/i.test(line));
  }
});
