import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { WORKER_TOKEN_FILE } from "#af/components/data/clients";
import { hookFolder } from "#af/components/hub/hook";
import { partsOf } from "#af/stacks/site/parts";
import type { Site } from "#af/stacks/site/schema";
import { probeCell } from "#af/sandbox/cell/cell";
import { LaidPod } from "../../support/laid-pod";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { siteConfig, SITES } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import { StartedProgram } from "../../support/started-program";
import { subjectOf, type Subject } from "../hub/subjects";

const PYTHON = path.resolve(__dirname, "python");
const HUB = path.resolve(__dirname, "..", "hub", "python");

type Texts = Readonly<Record<string, string>>;

interface Job {
  readonly command: string;
  readonly value: Texts;
  readonly unknown: readonly string[];
}

interface PodOfAUser {
  readonly files: Texts;
  readonly environment: Texts;
  readonly folder: string;
}

interface Told {
  readonly address: string;
  readonly sum: number;
  readonly environment: Texts;
  /** How calls of workers ended: with the user's files, with another user's, and with the user's root and another user's certificate. */
  readonly calls: readonly string[];
  /** Exit code of a worker with such a certificate. */
  readonly code: number;
  readonly workers: readonly string[];
  readonly job: { readonly arguments: readonly string[]; readonly value: Texts; readonly files: readonly string[] };
}

/** Environments of user servers, as the chart's values have them: of the hub, and of each profile over it. */
function environmentsOf({ singleuser }: JupyterHubValues): readonly { readonly title: string; readonly environment: Texts }[] {
  const common = singleuser.extraEnv;
  const entries = singleuser.profileList as readonly { display_name: string; kubespawner_override: { environment?: Texts } }[];
  const profiles = entries.map(({ display_name: title, kubespawner_override: { environment } }) => ({
    title,
    environment: { ...common, ...environment },
  }));
  return [{ title: "the hub", environment: common }, ...profiles];
}

/** The ConfigMap with what clients of the site's data read. */
function clientSettings(site: Site): Texts {
  return (partsOf(site).hub.hub.objects["clients"]?.["data"] ?? {}) as Texts;
}

/** A site like another one, with a profile that has a pair of images of its own. */
function withOwnPair(name: string): Subject {
  const config = structuredClone(siteConfig(name)) as { hub: { profiles: Record<string, unknown>[] } };
  const [first = assert.fail()] = config.hub.profiles;
  const own = { image: "registry.example.edu/own/notebook:1", workerImage: "registry.example.edu/own/worker:1", atOnce: 1 };
  config.hub.profiles.push({ ...first, name: "Own", ...own });
  return subjectOf(name, config);
}

describe("Dask workers of a user server as jobs of the pool", function () {
  this.timeout(600_000);
  let dask: PythonEnvironment;

  before(async function () {
    dask = await pythonEnvironment(this, path.join(PYTHON, "dask.txt"));
  });

  for (const site of SITES)
    it(`HTCondor knows each submit command of the class that ${site}'s images use, and takes image, environment and files from it`, async () => {
      const { site: settings, hub } = withOwnPair(site);
      const { batch, data } = settings;
      assert.ok(batch.kind === "htcondor");
      const images: string[] = [];
      for (const { title, environment } of environmentsOf(hub)) {
        const given = { environment: { ...environment, HOST_IP: "alice.example.edu" }, workers: batch.workers };
        const job = (await dask.ask(path.join(PYTHON, "reads_job.py"), given)) as Job;
        assert.deepEqual(job.unknown, [], title);
        assert.equal(job.command, "condor_submit -spool", title);
        const { value } = job;
        images.push((batch.workers === "docker" ? value["docker_image"] : value["MY.SingularityImage"]) ?? "");
        if (data.cache.kind === "xcache") assert.match(value["environment"] ?? "", new RegExp(`XCACHE_HOST='${data.cache.host}'`), title);
        if (batch.workers !== "docker") continue;
        assert.equal(value["universe"], "docker");
        assert.equal(value["container_service_names"], "dask,nanny");
        assert.equal(value["encrypt_input_files"], "*");
        assert.equal(value["MY.DaskSchedulerAddress"], '"tcp://alice.example.edu:8786"');
      }
      assert.ok(new Set(images).size >= 2);
      assert.match(images.at(-1) ?? "", /registry\.example\.edu\/own\/worker:1"?$/);
      assert.ok(images[0]?.includes(settings.hub.workerImage ?? settings.hub.image), images[0]);
    });

  it("names a submit command that HTCondor does not know", async () => {
    const { hub } = subjectOf(SITES[0] ?? "", siteConfig(SITES[0] ?? ""));
    const given = { environment: hub.singleuser.extraEnv, workers: "apptainer", more: "encript_input_files = *\n" };
    const { unknown } = (await dask.ask(path.join(PYTHON, "reads_job.py"), given)) as Job;
    assert.deepEqual(unknown, ["encript_input_files"]);
  });

  for (const site of SITES.filter((name) => JSON.stringify(siteConfig(name)).includes('"sni"')))
    it(`a worker of ${site} starts from its job, finds the scheduler by its name, and computes; one with another user's files is refused`, async function () {
      const cell = await probeCell();
      if (cell.kind === "loopback") return skipped(this.test?.ctx ?? this, cell.reason);
      const hub = await pythonEnvironment(this, path.join(HUB, "hub.txt"));
      const { hub: values, site: settings } = subjectOf(site, siteConfig(site));
      const given = { hook: hookFolder(), settings: values.custom?.af, users: ["alice", "bob"] };
      const [alice, bob] = (await hub.ask(path.join(HUB, "hook_pod.py"), given)) as [PodOfAUser, PodOfAUser];
      const names = ["HOST_IP", "WORKER_IP"].map((name) => alice.environment[name] ?? "");
      const pod = new LaidPod(cell.mapped, names);
      const jobs = fs.mkdtempSync(path.join(os.tmpdir(), "af-jobs-"));
      try {
        const bobs = "/etc/of-bob";
        for (const [name, text] of Object.entries(alice.files)) pod.lay(path.join(alice.folder, name), text, 0o440);
        for (const [name, text] of Object.entries(bob.files)) pod.lay(path.join(bobs, name), text, 0o440);
        const token = alice.environment["BEARER_TOKEN_FILE"] ?? assert.fail("the hook names no token");
        assert.equal(path.basename(token), path.basename(WORKER_TOKEN_FILE), "the job looks for the notebook's file by its name");
        pod.lay(token, "token", 0o400);
        const lib = path.join(path.dirname(dask.python), "..", "lib");
        const own = path.join(lib, fs.readdirSync(lib)[0] ?? "", "site-packages", "coffea_casa", "jobqueue-coffea-casa.yaml");
        pod.lay("/etc/dask-of-the-image/jobqueue-coffea-casa.yaml", fs.readFileSync(own, "utf8"));
        const expanded = Object.fromEntries(
          Object.entries(values.singleuser.extraEnv).map(([name, text]) => [name, text.replaceAll("{{", "{").replaceAll("}}", "}")]),
        );
        const image = { DASK_ROOT_CONFIG: "/etc/dask-of-the-image" };
        const env = { PATH: `${PYTHON}:${path.dirname(dask.python)}:${process.env["PATH"]}`, HOME: jobs, PLAYED_JOBS: jobs };
        const arguments_ = JSON.stringify({ own: alice.folder, others: bobs });
        const notebook = new StartedProgram(pod.inside([dask.python, path.join(PYTHON, "notebook.py"), arguments_]), {
          env: { ...env, ...image, ...clientSettings(settings), ...expanded, ...alice.environment },
        });
        try {
          const result = (): string | undefined => notebook.log.split("\n").find((line) => line.startsWith("{"));
          await notebook.until("a result", () => Promise.resolve(result() !== undefined), 100_000);
          const told = JSON.parse(result() ?? "") as Told;
          assert.equal(told.sum, 45);
          const { ingress } = settings.platform;
          assert.ok(ingress.kind === "traefik");
          assert.equal(told.address, `tls://${names[0]}:${ingress.ports.dask}`, "the way in is at Traefik's public port");
          // What the job's file carries is what the notebook has of the ConfigMap.
          for (const [name, value] of Object.entries(clientSettings(settings))) assert.equal(told.environment[name], value, name);
          assert.deepEqual(told.workers, ["tls://127.0.0.1:20001"]);
          assert.equal(told.job.value["docker_image"], settings.hub.workerImage);
          assert.deepEqual(told.job.files, ["access_token", "ca.pem", "hostcert.pem"]);
          assert.ok(told.job.arguments.includes("-spool"));
          assert.equal(told.environment["BEARER_TOKEN_FILE"], WORKER_TOKEN_FILE);
          const { cache } = settings.data;
          assert.equal(told.environment["XCACHE_HOST"], cache.kind === "xcache" ? cache.host : undefined);
          assert.equal(told.environment["LOCALDOMAIN"], cache.kind === "xcache" ? cache.signpost?.domain : undefined);
          const [own, others = "", mixed = ""] = told.calls;
          assert.equal(own, "open");
          assert.match(others, /CERTIFICATE_VERIFY_FAILED/);
          // The scheduler refuses the certificate, and its reason may come after the end of the connection.
          assert.match(mixed, /unknown ca|SSLEOFError/i);
          assert.notEqual(told.code, 0);
        } finally {
          await notebook.stop(10_000);
        }
      } finally {
        pod.remove();
        fs.rmSync(jobs, { recursive: true, force: true });
      }
    });
});
