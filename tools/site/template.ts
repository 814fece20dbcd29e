import { stringify } from "yaml";
import type { SiteAnswers, SiteQuestionName } from "./questions";

/**
 * Guesses to start with, marked in the file: the share of all users who have a server at once, cores and GiB of memory of a server, and GiB
 * of a home.
 */
const START = { concurrent: 0.25, cpu: 1, memory: 4, home: 10 } as const;

/**
 * The text of a new site file: valid, as short as possible, and marked where the operator has to check a guess.
 * @param answers right and complete, as `refusedAnswers` and `missingAnswers` have found.
 */
export function siteText(site: string, answers: SiteAnswers): string {
  const one = (name: SiteQuestionName) => answers[name]?.[0] ?? "";
  const domain = one("domain");
  const okd = one("kubernetes") === "okd";
  const disks = answers.disk ?? [];
  const networks = answers.addresses ?? [];
  const users = Number(one("users"));
  const concurrent = Math.ceil(users * START.concurrent);
  const pools = (answers.pool ?? []).map((text) => poolOf(text, disks.length > 0));
  return `# yaml-language-server: $schema=docs/reference/site.schema.json
# Written by \`npm run site -- new\`. A line marked "check" holds a guess: look at it, then take the mark off.
# Every key that there is: docs/reference/site.md. What is wrong: npm run -s site -- validate ${site}
config:
  af:site:
    name: ${flow(site)}
    title: Analysis facility ${site} # check
    domain: ${flow(domain)}
    experiment: cms # check
    kubernetes: # check: all but the kind are guesses; kubectl get daemonsets -A shows the network plugin
      kind: ${one("kubernetes")}
      version: "1.34"
      networkPlugin: ${okd ? "ovn-kubernetes" : "calico"}
      podCidr: 10.244.0.0/16
      serviceCidr: 10.96.0.0/12
      hostCidrs: [192.168.0.0/16]

  # Names as kubectl get nodes shows them, CPU, memory and system disk of each host; a rack is what hosts lose together.
  af:nodes:
${lines(4, pools.map(poolText))}

  af:delivery: { kind: helm }

  af:platform:
    loadBalancer: ${okd ? "{ kind: none }" : `{ kind: metallb, pools: { public: ${list(networks)} } }`}
    certificates: ${okd ? "{ kind: provided }" : "{ kind: internal } # check: browsers do not know it; acme is the other choice"}
    ingress: ${okd ? `{ kind: routes, router: router.apps.${domain} } # check` : flow({ kind: "traefik", address: firstOf(networks) })}

  af:storage:
${lines(4, disks.length > 0 ? cephText(pools, disks) : ["kind: existing", `blockClass: ${flow(one("storage"))}`])}

  af:monitoring: ${okd ? "{ kind: provided }" : "{ kind: stack, volume: 50Gi } # check"}

  # Storage outside Kubernetes, by name, and its doors; the cache and CVMFS are other choices.
  af:data:
    stores:
      site:
        kind: dcache # check
        capacity: 1P # check
        status: not checked yet # check
        doors: { exports: [/store], hosts: [{ name: door.${domain}, address: 192.0.2.1 }] } # check
    cache: { kind: none }
    cvmfs: { kind: none }

  af:batch:
${lines(4, batchText(one("collector"), one("schedd"), domain))}

  af:hub:
    host: hub.${domain}
    expose: { kind: ingress }
    login:
${lines(6, [...loginText(one("login"), one("provider")), `allowedGroups: ${list(answers.group ?? [])}`])}
    image: hub.opensciencegrid.org/coffea-casa/cc-dask-alma9:2026.08.12 # check
${one("collector") ? "    workerImage: hub.opensciencegrid.org/coffea-casa/cc-analysis-alma9:2026.08.12 # check\n" : ""}    users: { registered: ${users}, concurrent: ${concurrent} } # check: concurrent is a guess
    profiles: [{ name: Standard, cpu: ${START.cpu}, memory: ${START.memory}Gi }] # check
    homes: { kind: block, size: ${START.home}Gi } # check
    identity: ${okd ? "{ kind: assigned }" : "{ kind: fixed, uid: 1000, gid: 1000 } # check: what the image expects"}
    dask: ${okd ? "{ kind: none }" : `{ kind: sni, domain: dask.${domain}, workerDomain: dask-worker.${domain} } # check: DNS wildcards`}
`;
}

interface Pool {
  readonly name: string;
  readonly hosts: string;
  readonly cpu: string;
  readonly memory: string;
  readonly runs: readonly string[];
}

function poolOf(text: string, ceph: boolean): Pool {
  const [name = "", rest = ""] = text.split("=");
  const [hosts = "", cpu = "", memory = "", uses] = rest.split(":");
  return { name, hosts, cpu, memory, runs: uses?.split(",") ?? ["services", "users", ...(ceph ? ["ceph"] : [])] };
}

function poolText({ name, hosts, cpu, memory, runs }: Pool): string {
  const capacity = `{ cpu: ${flow(Number.isInteger(Number(cpu)) ? Number(cpu) : cpu)}, memory: ${flow(memory)}, ephemeral: 100Gi }`;
  return `${name}: { model: ${flow(name)}, hosts: ${list([hosts])}, capacity: ${capacity}, rack: ${flow(name)}, runs: ${list(runs)} } # check: ephemeral, model, rack`;
}

function cephText(pools: readonly Pool[], disks: readonly string[]): readonly string[] {
  const devices = disks.map((text) => {
    const [kind = "", size = "", ...path] = text.split(":");
    return `    - { path: ${flow(path.join(":"))}, class: ${kind}, size: ${flow(size)} }`;
  });
  const holding = pools.filter(({ runs }) => runs.includes("ceph"));
  const [first = "", ...others] = [...new Set(disks.map((text) => text.slice(0, text.indexOf(":"))))];
  const chosen = others.length === 0 ? [] : [`deviceClass: ${first} # check: no volume lies on disks of the class ${others.join(" or ")}`];
  return ["kind: rook", ...chosen, "devices: # they must be empty", ...holding.flatMap(({ name }) => [`  ${name}:`, ...devices])];
}

function batchText(collector: string, schedd: string, domain: string): readonly string[] {
  if (collector === "") return ["kind: none"];
  return [
    "kind: htcondor",
    `pool: { name: ${flow(collector)}, cores: 1000, collector: ${flow(collector)}, uidDomain: ${flow(domain)} } # check`,
    "workers: docker # check",
    `schedd: { kind: external, host: ${flow(schedd)} }`,
  ];
}

function loginText(kind: string, provider: string): readonly string[] {
  if (kind === "cilogon") return ["kind: cilogon", `identityProviders: ${list([provider])}`];
  return [
    "kind: oidc",
    "service: Institute login # check",
    `authorizeUrl: ${flow(`${provider}/authorize`)} # check`,
    `tokenUrl: ${flow(`${provider}/token`)} # check`,
    `userinfoUrl: ${flow(`${provider}/userinfo`)} # check`,
  ];
}

function firstOf(networks: readonly string[]): string | undefined {
  return networks[0]?.split("/")[0];
}

/** A value in YAML that fits on the line of its key. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}

function list(values: readonly string[]): string {
  return `[${values.map(flow).join(", ")}]`;
}

function lines(indent: number, texts: readonly string[]): string {
  return texts.map((text) => " ".repeat(indent) + text).join("\n");
}
