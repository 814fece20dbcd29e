// How long the proof takes as sites grow: npm run build && node tests/bench/packing.mjs
// Each row is one site of uneven hosts with its pods: proved once, and without any one host. Medians of RUNS in one warm process; the first is named too.
// Then the project's own sites as their programs make them, and how the time grows. Nothing else should be running.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { prove } = require("../../bin/capacity/packing/prove.js");
const { withoutEachHost } = require("../../bin/capacity/packing/questions/losses.js");
const { domainLosses, drains, everythingPlaced } = require("../../bin/policies/capacity/packing-results.js");
const { packFacility } = require("../../bin/policies/capacity/pack-facility.js");
const { plain } = require("../../bin/policies/engine-values.js");
const { objectsOfResource } = require("../../bin/policies/model/objects.js");
const { siteNames } = require("../../bin/stacks/site/project.js");
const { readSite } = require("../../bin/stacks/site/read.js");
const { recordProgram } = require("../../bin/stacks/record.js");

const RUNS = 5;
const G = 1000n ** 3n;
const MiB = 2n ** 20n;
const MODELS = [
  {
    model: "control-plane",
    hosts: 3,
    cpu: 2n,
    memory: 8n,
    taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
  },
  { model: "r710", hosts: 4, cpu: 24n, memory: 96n },
  { model: "x2200-32", hosts: 3, cpu: 8n, memory: 32n },
  { model: "x2200-24", hosts: 6, cpu: 8n, memory: 24n },
  { model: "4u", hosts: 4, cpu: 16n, memory: 64n },
  { model: "1u", hosts: 1, cpu: 8n, memory: 32n },
];

const growth = [];
console.log("hosts   pods  users  verdict        first ms  median ms  N-1 verdict    N-1 first ms  N-1 median ms");
for (const [times, users] of [
  [1, 60],
  [1, 90],
  [2, 120],
  [6, 360],
  [12, 720],
  [24, 1440],
  [24, 2040],
]) {
  const [hosts, pods] = [hostsOf(times), podsOf(140 * times, users)];
  const count = pods.reduce((sum, pod) => sum + pod.count, 0);
  const once = timed(() => prove(hosts, pods).verdict);
  growth.push({ count, ...once });
  const losses = times <= 2 ? timed(() => withoutEachHost(hosts, pods).worst.proof.verdict) : undefined;
  console.log(
    `${String(hosts.length).padStart(5)}${String(count).padStart(7)}${String(users).padStart(7)}  ${shown(once, 10)}  ${shown(losses, 14)}`,
  );
}

console.log("\nsite         pods  verdict        first ms  median ms  N-1 verdict    N-1 first ms  N-1 median ms");
for (const name of siteNames()) {
  const site = readSite(name);
  const { resources } = await recordProgram(site);
  const facilities = Array.from({ length: RUNS }, () =>
    packFacility(
      resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)),
      site,
    ),
  );
  // Answers are remembered with their facility, so each run asks about one of its own.
  const once = timed((run) => everythingPlaced(facilities[run]).verdict);
  const losses = timed((run) => [drains(facilities[run]).length, domainLosses(facilities[run]).length].join(" + ") + " lost");
  const pods = facilities[0].pods.reduce((sum, { count }) => sum + count, 0);
  console.log(`${name.padEnd(10)}${String(pods).padStart(7)}  ${shown(once, 10)}  ${shown(losses, 14)}`);
}

console.log("\nhow it grows: pods, and the median time of one proof; three columns are twice the time");
for (const { count, median, result } of growth.toSorted((a, b) => a.count - b.count || a.median - b.median))
  console.log(
    `${String(count).padStart(6)}  ${"#".repeat(Math.max(1, Math.round(Math.log2(median + 1) * 3)))} ${median.toFixed(0)} ms, ${result}`,
  );

function shown(figure, width) {
  return figure
    ? `${figure.result.padEnd(13)}${figure.first.toFixed(0).padStart(width)}${figure.median.toFixed(0).padStart(width + 1)}`
    : "";
}

function hostsOf(times) {
  const agents = Array.from({ length: 5 }, (_, index) => workload(`agent-${index}`, 1, { cpu: 100n, memory: 200n * MiB }));
  return MODELS.flatMap(({ model, hosts, cpu, memory, taints = [] }) =>
    Array.from({ length: hosts * times }, (_, index) => {
      const name = `${model}-${index}`;
      return {
        name,
        labels: { "kubernetes.io/hostname": name, model },
        taints,
        allocatable: { cpu: cpu * 1000n - 200n, memory: memory * G - 1024n * MiB, pods: 110n },
        standing: agents,
      };
    }),
  );
}

/** Small workloads of one to three replicas (more on larger sites) at three priorities, some spread or alone on their host, and the users. */
function podsOf(count, users) {
  const random = generator(7);
  const pods = [];
  for (let left = count; left > 0; left -= pods.at(-1).count) {
    const name = `workload-${pods.length}`;
    const replicas = Math.min(left, random(3) + 1) * (count > 1000 ? Math.min(30, Math.ceil(left / 3)) : 1);
    const own = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: name } } };
    pods.push({
      ...workload(name, Math.min(left, replicas), { cpu: BigInt(50 + random(8) * 50), memory: BigInt(64 * (1 + random(12))) * MiB }),
      priority: [0, 1000, 2000][random(3)],
      ...(replicas < 4 && random(3) === 0 && { antiAffinity: [own] }),
      ...(replicas < 4 && random(3) === 0 && { spread: [{ ...own, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }] }),
      ...(random(9) === 0 && replicas < 4 && { hostPorts: [{ port: 8000 + pods.length }] }),
    });
  }
  return [...pods, workload("users", users, { cpu: 2000n, memory: 8n * G })];
}

function workload(name, count, requests) {
  return { namespace: "af", name, count, requests, labels: { app: name } };
}

/** The same numbers on every machine. */
function generator(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    // The low bits repeat soon.
    return Math.floor(state / 65536) % below;
  };
}

function timed(work) {
  const times = [];
  let result;
  for (let run = 0; run < RUNS; run += 1) {
    const begun = performance.now();
    result = work(run);
    times.push(performance.now() - begun);
  }
  return { result, first: times[0], median: times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] };
}
