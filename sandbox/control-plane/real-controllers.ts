import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../../terminal/failure";

/** Where a real controller finds itself: what the pod that the sandbox plays for it would tell it, and what is its own on this machine. */
export interface RealPlace {
  /** Namespace and name of its pod. */
  readonly namespace: string;
  readonly pod: string;
  /** The kubeconfig file of the sandbox. */
  readonly kubeconfig: string;
  /** Addresses on this machine where it may listen, as many as it has `ports`. */
  readonly listen: readonly string[];
  /** A folder of its own, which exists. */
  readonly folder: string;
}

/** How a real controller is run outside its pod. */
export interface RealController {
  /** Its Deployment: it is started once that has a pod, and ended when the pod goes, as in a cluster. */
  readonly deployment: string;
  /** Ports on which it listens. */
  readonly ports: number;
  arguments(place: RealPlace): readonly string[];
  environment?(place: RealPlace): Readonly<Record<string, string>>;
  /** Another controller whose work it needs, and which the sandbox cannot play for it. */
  readonly requires?: RealName;
}

/** Name of a controller that can be had as a program in place of the played one. */
export type RealName = "cert-manager" | "helm-controller" | "metallb" | "source-controller";

function portOf(address: string | undefined): string {
  return address?.slice(address.lastIndexOf(":") + 1) ?? "0";
}

/** Flags that both controllers of Flux have: https://github.com/fluxcd/pkg/tree/main/runtime */
function fluxFlags({ listen: [metrics = "", health = ""] }: RealPlace): readonly string[] {
  return [
    `--metrics-addr=${metrics}`,
    `--health-addr=${health}`,
    "--events-addr=",
    "--watch-all-namespaces=true",
    "--enable-leader-election=false",
    "--log-level=info",
  ];
}

/** The controllers that `--real` takes, with the flags that each one needs here. All of them read KUBECONFIG. */
export const REAL_CONTROLLERS: Readonly<Record<RealName, RealController>> = {
  // https://github.com/cert-manager/cert-manager/blob/v1.21.1/cmd/controller/app/options/options.go
  "cert-manager": {
    deployment: "cert-manager",
    ports: 2,
    arguments: ({ kubeconfig, namespace, listen: [metrics = "", health = ""] }) => [
      `--kubeconfig=${kubeconfig}`,
      `--cluster-resource-namespace=${namespace}`,
      "--leader-elect=false",
      `--metrics-listen-address=${metrics}`,
      `--internal-healthz-listen-address=${health}`,
      "--v=2",
    ],
  },
  // https://github.com/fluxcd/helm-controller/blob/v1.6.3/main.go
  "helm-controller": {
    deployment: "helm-controller",
    ports: 2,
    arguments: fluxFlags,
    environment: ({ namespace }) => ({ RUNTIME_NAMESPACE: namespace }),
    // It reads charts as artifacts of the source-controller, which the played one does not serve.
    requires: "source-controller",
  },
  // https://github.com/metallb/metallb/blob/v0.16.1/controller/main.go; it listens on all addresses, which the cell contains.
  metallb: {
    deployment: "metallb-controller",
    ports: 2,
    arguments: ({ namespace, pod, listen: [metrics, health] }) => [
      `--namespace=${namespace}`,
      `--pod-name=${pod}`,
      `--port=${portOf(metrics)}`,
      `--health-probe-port=${portOf(health)}`,
      // The API server could not reach the webhook at a Service's address.
      "--webhook-mode=disabled",
      "--log-level=info",
    ],
  },
  // https://github.com/fluxcd/source-controller/blob/v1.9.1/main.go
  "source-controller": {
    deployment: "source-controller",
    ports: 3,
    arguments: (place) => [
      ...fluxFlags(place),
      `--storage-path=${place.folder}`,
      `--storage-addr=${place.listen[2] ?? ""}`,
      `--storage-adv-addr=${place.listen[2] ?? ""}`,
    ],
    environment: ({ namespace, folder }) => ({ RUNTIME_NAMESPACE: namespace, TUF_ROOT: path.join(folder, ".sigstore") }),
  },
};

/** Variable of the playing process with the names of the controllers that are real, separated by commas. */
export const REAL_VARIABLE = "SANDBOX_REAL";

/** The names in {@link REAL_VARIABLE}. */
export function realNames(env: Readonly<NodeJS.ProcessEnv> = process.env): readonly string[] {
  return (env[REAL_VARIABLE] ?? "").split(",").filter((name) => name !== "");
}

/** Controllers that the sandbox plays and that cannot be replaced, and why. */
const PLAYED_ONLY: Readonly<Record<string, string>> = {
  rook: "Rook's operator reads the configuration of its pod (rest.InClusterConfig) and waits for a Ceph that answers",
  "ceph-csi": "the provisioner talks to a driver that talks to a Ceph",
};

/** Paths of real controllers by name. */
export type RealChoices = Readonly<Partial<Record<RealName, string>>>;

/**
 * Reads the words that follow `--real`: `NAME=PATH` each, or `none` alone for no real controller.
 * @throws {UsageError} with all that is wrong, and what is allowed.
 */
export function readRealControllers(words: readonly string[]): RealChoices {
  if (words.length === 1 && words[0] === "none") return {};
  const problems: string[] = [];
  const choices: Partial<Record<RealName, string>> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    const [name, file] = [word.slice(0, at), word.slice(at + 1)];
    if (at < 0) problems.push(`--real ${word} has no "="`);
    else if (PLAYED_ONLY[name] !== undefined) problems.push(`--real ${name} cannot be taken: ${PLAYED_ONLY[name]}`);
    else if (!isRealName(name)) problems.push(`--real knows no controller ${JSON.stringify(name)}`);
    else if (choices[name] !== undefined) problems.push(`--real names ${name} twice`);
    else choices[name] = path.resolve(file);
  }
  return checked(choices, problems);
}

/**
 * Checks choices that were made before, because a program may be gone since.
 * @throws {UsageError} as {@link readRealControllers}.
 */
export function checked(choices: RealChoices, problems: readonly string[] = []): RealChoices {
  const found = [
    ...problems,
    ...(Object.entries(choices) as [RealName, string][]).flatMap(([name, file]) => {
      const needed = REAL_CONTROLLERS[name].requires;
      return [
        ...unusable(name, file),
        ...(needed === undefined || choices[needed] !== undefined ? [] : [`--real ${name} needs --real ${needed}=PATH beside it`]),
      ];
    }),
  ];
  if (found.length === 0) return choices;
  const names = Object.keys(REAL_CONTROLLERS).join(", ");
  throw new UsageError(`${found.join("\n")}\nAllowed: --real NAME=PATH with a program that can be run, for ${names}; or --real none.`);
}

function unusable(name: RealName, file: string): readonly string[] {
  try {
    if (!fs.statSync(file).isFile()) return [`--real ${name}: ${file} is no file`];
    fs.accessSync(file, fs.constants.X_OK);
    return [];
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return [`--real ${name}: ${file} ${missing ? "does not exist" : "cannot be run (chmod +x)"}`];
  }
}

function isRealName(name: string): name is RealName {
  return Object.keys(REAL_CONTROLLERS).includes(name);
}

/** Choices in words, for people. */
export function describeChoices(choices: RealChoices): string {
  const named = Object.entries(choices).map(([name, file]) => `${name}=${file}`);
  return named.length === 0 ? "played controllers only" : named.sort().join(" ");
}
