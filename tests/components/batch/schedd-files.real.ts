import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { V1PodSpec } from "@kubernetes/client-node";
import { hookFolder } from "#af/components/hub/hook";
import { parseSite } from "#af/stacks/site/parse";
import { partsOf } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { siteConfig, spoilt } from "../../support/site-config";
import { skipped } from "../../support/skipped";

const run = promisify(execFile);
const PYTHON = path.resolve(__dirname, "python");
const HUB_PYTHON = path.resolve(__dirname, "..", "hub", "python");

/** Contents of the files of Secrets, by volume and file. */
type Contents = Readonly<Record<string, Buffer>>;

/** The access point's pod. */
function podOf(site: Site): V1PodSpec {
  const set = partsOf(site).batch.schedd?.objects["set"] as { spec: { template: { spec: V1PodSpec } } } | undefined;
  return set?.spec.template.spec ?? assert.fail("no schedd");
}

/** Gives a folder to a group as the kubelet does (https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/volume/volume_linux.go). */
function own(place: string, group: number): void {
  const stat = fs.lstatSync(place);
  fs.lchownSync(place, 0, group);
  if (stat.isSymbolicLink()) return;
  fs.chmodSync(place, stat.mode | (stat.isDirectory() ? 0o2770 : 0o660));
  if (stat.isDirectory()) for (const name of fs.readdirSync(place)) own(path.join(place, name), group);
}

describe("The access point's files, under the user, the groups and the modes that they have in its pod", function () {
  this.timeout(200_000);
  const {
    containers: [schedd = assert.fail()],
    securityContext = {},
  } = podOf(readSite("unl"));
  const { runAsUser = NaN, runAsGroup = NaN, fsGroup = NaN } = securityContext;
  let folder: string;

  before(function () {
    if (process.getuid?.() !== 0) return skipped(this, "only root makes files of several owners");
  });
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-schedd-"));
    fs.chmodSync(folder, 0o755);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs a script as the pod's user, which has no right beyond those of its user. */
  async function inPod(script: string): Promise<string> {
    const user = [`--reuid=${runAsUser}`, `--regid=${runAsGroup}`, `--groups=${fsGroup}`, "--no-new-privs", "--bounding-set=-all"];
    return (await run("setpriv", [...user, "sh", "-ec", script], { cwd: "/" })).stdout;
  }

  it("the daemons write the queue on a new volume, which is root's until the kubelet gives it to their group", async () => {
    const volume = path.join(folder, "volume");
    fs.mkdirSync(path.join(volume, "lost+found"), { recursive: true });
    const queue = path.join(volume, "job_queue.log");
    await assert.rejects(inPod(`echo 107 > ${queue}`), /Permission denied/);
    own(volume, fsGroup);
    await inPod(`echo 107 > ${queue}; mkdir -p ${volume}/1/0/cluster1.proc0; mv ${queue} ${queue}.1`);
    assert.equal(fs.statSync(`${queue}.1`).uid, runAsUser);
    const mounted = (schedd.volumeMounts ?? []).find(({ mountPath }) => mountPath === "/var/lib/condor/spool");
    assert.equal(mounted?.name, "spool");
  });

  /** Gives the Secrets to a folder as the kubelet does, runs the copying of a pod there, and says where the copies are. */
  async function copied({ initContainers: [copy = assert.fail()] = [], volumes = [] }: V1PodSpec, contents: Contents) {
    const secrets = { keys: volumes.find(({ name }) => name === "keys")?.secret?.items?.map(({ path: file = "" }) => file) };
    for (const [file, content] of Object.entries(contents)) {
      const [volume, name] = [path.dirname(file), path.basename(file)];
      if (volume === "keys" && !secrets.keys?.includes(name)) continue;
      const place = path.join(folder, "secrets", file);
      fs.mkdirSync(path.join(path.dirname(place), "..data"), { recursive: true });
      fs.writeFileSync(path.join(path.dirname(place), "..data", name), content, { mode: 0o644 });
      fs.symlinkSync(path.join("..data", name), place);
    }
    const copies = path.join(folder, "copies");
    fs.mkdirSync(copies);
    own(path.join(folder, "secrets"), fsGroup);
    own(copies, fsGroup);
    const [, , script = ""] = copy.command ?? [];
    const paths = Object.fromEntries((copy.volumeMounts ?? []).map(({ name, mountPath }) => [name, mountPath]));
    const here = { keys: `${folder}/secrets/keys`, tokens: `${folder}/secrets/tokens`, copies };
    await inPod(Object.entries(here).reduce((text, [name, to]) => text.replaceAll(paths[name] ?? assert.fail(name), to), script));
    return here;
  }

  async function minted(condor: PythonEnvironment, keyId: string, keys: string): Promise<string> {
    const requests = [{ subject: "alice@example.edu", scopes: ["READ"], lifetime: 60 }];
    const given = { keyId, folder: keys, issuer: "example.edu", user: runAsUser, requests };
    return ((await condor.ask(path.join(PYTHON, "own_minter.py"), given)) as string[])[0] ?? "";
  }

  it("the daemons read their key and their token, which nobody else can, and HTCondor mints with the key", async function () {
    const condor = await pythonEnvironment(this.test?.ctx ?? this, path.join(PYTHON, "htcondor.txt"));
    const contents = { "keys/facility": Buffer.from([1, 0, 255, 10]), "tokens/schedd.token": Buffer.from("token\n") };
    const { copies, keys } = await copied(podOf(readSite("unl")), contents);
    for (const [file, content] of Object.entries(contents)) {
      const place = path.join(copies, file);
      assert.deepEqual(fs.readFileSync(place), content);
      const modes = [place, path.dirname(place)].map((each) => [fs.statSync(each).uid, (fs.statSync(each).mode & 0o777).toString(8)]);
      assert.deepEqual(modes, [
        [runAsUser, "600"],
        [runAsUser, "700"],
      ]);
    }
    assert.match(await minted(condor, "facility", path.join(copies, "keys")), /^ey/);
    // What the kubelet mounts belongs to root, and its group may read it.
    assert.match(await minted(condor, "facility", keys), /mints no token/);
  });

  const OVERLAP = { id: "facility-2", previous: { id: "facility", until: "2031-01-31" } };
  for (const [title, signingKey, known] of [
    ["before", undefined, ["facility"]],
    ["during", OVERLAP, ["facility", "facility-2"]],
    ["after", { id: "facility-2" }, ["facility-2"]],
  ] as const)
    it(`${title} the overlap of two keys HTCondor signs and so checks with ${known.join(" and ")}, as the hub does, and with no other`, async function () {
      const context = this.test?.ctx ?? this;
      const condor = await pythonEnvironment(context, path.join(PYTHON, "htcondor.txt"));
      const hub = await pythonEnvironment(context, path.join(HUB_PYTHON, "hub.txt"));
      const config = siteConfig("unl");
      const site = parseSite(signingKey ? spoilt(config, ["batch", "schedd", "signingKey"], signingKey) : config, "a test");
      const values: Readonly<Record<string, Buffer>> = {
        facility: Buffer.from([1, 0, 255, 10]),
        "facility-2": Buffer.from([7, 0, 13, 254]),
      };
      const inSecret = Object.fromEntries(Object.entries(values).map(([id, key]) => [`keys/${id}`, key]));
      const { copies } = await copied(podOf(site), { ...inSecret, "tokens/schedd.token": Buffer.from("token\n") });
      for (const [id, key] of Object.entries(values)) {
        const token = await minted(condor, id, path.join(copies, "keys"));
        if (!(known as readonly string[]).includes(id)) {
          assert.match(token, /mints no token/, id);
          continue;
        }
        const requests = [{ key: key.toString("base64"), keyId: id, token }];
        const [read] = (await hub.ask(path.join(HUB_PYTHON, "mints.py"), { hook: hookFolder(), requests })) as {
          header: { kid: string };
        }[];
        assert.equal(read?.header.kid, id);
      }
    });
});
