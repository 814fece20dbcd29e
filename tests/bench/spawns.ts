// What a user waits for the hook when a server starts, alone and with 49 others at the same moment, beside the published design of coffea-casa,
// which is rebuilt in tests/bench/python/spawns.py: npm run bench:spawns -- [RUNS]
// Both write to the same real API server, and nothing else should be running. It ends with 1 if the hook has not five times the rate.
import * as path from "node:path";
import { siteConfig } from "../support/site-config";
import { requireModule } from "../support/go-module";
import { pythonEnvironment } from "../support/python";
import { controlPlaneTools, requireTools } from "../sandbox/plugins/control-plane";
import { HookedCluster } from "../components/hub/hooked-cluster";
import { PYTHON, SNI_SITE, subjectOf } from "../components/hub/subjects";

const USERS = [1, 50];
const LEAST = 5;

/** What suites ask of the runner of tests, which is not there. */
const suite = {
  skip: (): never => {
    throw new Error("something is missing; see above");
  },
} as unknown as Mocha.Context;

interface Run {
  /** Seconds that each user waited. */
  readonly seconds: readonly number[];
  /** The longest time in seconds for which the hub served nobody. */
  readonly pause: number;
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? NaN;

async function main(runs: number): Promise<void> {
  const environment = await pythonEnvironment(suite, path.join(PYTHON, "hub.txt"));
  const subject = subjectOf(SNI_SITE, siteConfig(SNI_SITE));
  const cluster = new HookedCluster(environment, subject);
  const rates = new Map<string, number>();
  try {
    await cluster.start(
      await requireTools(suite, ...controlPlaneTools),
      await requireModule(suite, { name: "github.com/traefik/traefik/v3", version: "v3.7.13" }),
    );
    const env = { KUBECONFIG: cluster.kubeconfig, PYTHONPATH: PYTHON, PYTHONWARNINGS: "ignore" };
    console.log("design      users   median ms   99th ms   starts per s   longest pause of the hub ms");
    for (const design of ["published", "ours"])
      for (const count of USERS) {
        const told: Run[] = [];
        for (let run = 0; run < runs; run += 1) {
          const users = Array.from({ length: count }, (_, index) => `user-${run}-${count}-${index}`);
          const given = { design, users, values: subject.hub, namespace: cluster.namespace };
          told.push((await environment.ask(path.join(__dirname, "python", "spawns.py"), given, env)) as Run);
        }
        const seconds = told.flatMap((each) => each.seconds).sort((a, b) => a - b);
        const rate = (count * runs) / told.reduce((sum, each) => sum + Math.max(...each.seconds), 0);
        rates.set(`${design} ${count}`, rate);
        const figures = [
          quantile(seconds, 0.5) * 1000,
          quantile(seconds, 0.99) * 1000,
          rate,
          Math.max(...told.map(({ pause }) => pause)) * 1000,
        ];
        console.log(design.padEnd(12), String(count).padStart(4), ...figures.map((figure) => figure.toFixed(1).padStart(13)));
      }
  } finally {
    await cluster.stop();
  }
  for (const count of USERS) {
    const times = (rates.get(`ours ${count}`) ?? 0) / (rates.get(`published ${count}`) ?? Infinity);
    console.log(`${count} at once: ${times.toFixed(1)} times the rate`);
    if (count > 1 && times < LEAST) process.exitCode = 1;
  }
}

void main(Number(process.argv[2] ?? 3));
