import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";

/** File name of a program that the sandbox runs. */
export type ToolName =
  "etcd" | "helm" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok" | "pulumi" | "pulumi-resource-kubernetes";

/** The Go modules in `sandbox/tools`; each has its own go.mod, because their dependencies contradict each other. */
export type ToolModule =
  | "actionlint"
  | "amtool"
  | "blackbox"
  | "etcd"
  | "helm"
  | "kubectl"
  | "kubernetes"
  | "kwok"
  | "network-policies"
  | "node-exporter"
  | "pulumi"
  | "pulumi-kubernetes";

/** A program that is built from a module of `sandbox/tools`. */
export interface BuiltProgram {
  /** File name. */
  readonly name: string;
  readonly module: ToolModule;
  /** The main package inside the module's dependencies. */
  readonly package: string;
  /** The dependency whose version is the program's version. */
  readonly dependency: string;
  /** Linker flags that put the version into the program, because clients read it; `-s -w` come on top. */
  stamp(version: string): readonly string[];
  /** Files of the dependency that the program reads from its own folder. */
  readonly beside?: readonly string[];
}

/** A program that the sandbox runs: what it is built from, and how its version is found out. */
export interface Tool extends BuiltProgram {
  readonly name: ToolName;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  /** Name of the Pulumi plugin that the program is; such a program is looked for where Pulumi looks for plugins. */
  readonly plugin?: string;
}

const kubernetesTool = (name: ToolName): Tool => ({
  name,
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
  dependency: "k8s.io/kubernetes",
  versionArguments: ["--version"],
  stamp: (version) => {
    const { major, minor } = minorOf(version);
    const prefix = "-X k8s.io/component-base/version";
    return [`${prefix}.gitVersion=${version}`, `${prefix}.gitMajor=${major}`, `${prefix}.gitMinor=${minor}`];
  },
});

/** Every program that the sandbox runs. */
export const TOOLS: readonly Tool[] = [
  {
    name: "etcd",
    module: "etcd",
    package: "go.etcd.io/etcd/server/v3",
    dependency: "go.etcd.io/etcd/server/v3",
    versionArguments: ["--version"],
    stamp: () => [],
  },
  kubernetesTool("kube-apiserver"),
  kubernetesTool("kube-scheduler"),
  kubernetesTool("kube-controller-manager"),
  {
    name: "kwok",
    module: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    dependency: "sigs.k8s.io/kwok",
    versionArguments: ["--version"],
    stamp: () => [],
  },
  {
    name: "pulumi",
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    dependency: "github.com/pulumi/pulumi/pkg/v3",
    versionArguments: ["version"],
    stamp: (version) => [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`],
  },
  {
    name: "helm",
    module: "helm",
    package: "helm.sh/helm/v4/cmd/helm",
    dependency: "helm.sh/helm/v4",
    versionArguments: ["version", "--short"],
    stamp: (version) => [`-X helm.sh/helm/v4/internal/version.version=${version}`],
  },
  {
    name: "pulumi-resource-kubernetes",
    module: "pulumi-kubernetes",
    package: ".",
    dependency: "github.com/pulumi/pulumi-kubernetes/provider/v4",
    versionArguments: [],
    stamp: () => [`-X main.version=${sdkVersion()}`],
    beside: ["cmd/pulumi-resource-kubernetes/schema.json"],
    plugin: "kubernetes",
  },
];

/** The evaluator of kube-network-policies, with which tests compare that of the rules; the sandbox itself does not run it. */
export const NETWORK_POLICIES: BuiltProgram = {
  name: "network-policies",
  module: "network-policies",
  package: ".",
  dependency: "sigs.k8s.io/kube-network-policies",
  stamp: () => [],
};

/** With which tests read the workflows as GitHub would; the sandbox itself does not run it. */
export const ACTIONLINT: BuiltProgram = {
  name: "actionlint",
  module: "actionlint",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  dependency: "github.com/rhysd/actionlint",
  stamp: () => [],
};

/** With which tests read the commands that texts tell people to run; the sandbox itself does not run it. */
export const KUBECTL: BuiltProgram = {
  name: "kubectl",
  module: "kubectl",
  package: "k8s.io/kubernetes/cmd/kubectl",
  dependency: "k8s.io/kubernetes",
  stamp: () => [],
};

/** With which tests read the configuration of Alertmanager; the sandbox itself does not run it. */
export const AMTOOL: BuiltProgram = {
  name: "amtool",
  module: "amtool",
  package: "github.com/prometheus/alertmanager/cmd/amtool",
  dependency: "github.com/prometheus/alertmanager",
  stamp: () => [],
};

/** The exporter that asks the facility's endpoints whether they answer; tests give it our modules, and the sandbox itself does not run it. */
export const BLACKBOX_EXPORTER: BuiltProgram = {
  name: "blackbox_exporter",
  module: "blackbox",
  package: "github.com/prometheus/blackbox_exporter",
  dependency: "github.com/prometheus/blackbox_exporter",
  stamp: () => [],
};

/** The exporter beside the check of the data path; tests give it what the check wrote, and the sandbox itself does not run it. */
export const NODE_EXPORTER: BuiltProgram = {
  name: "node_exporter",
  module: "node-exporter",
  package: "github.com/prometheus/node_exporter",
  dependency: "github.com/prometheus/node_exporter",
  stamp: () => [],
};

/** The version of a tool under which upstream publishes it, such as `v3.6.16`. */
export function publishedVersion(tool: Tool): string {
  return tool.plugin === undefined ? pinnedVersion(tool) : `v${sdkVersion()}`;
}

/**
 * The version of the SDK that the program uses, which the provider says of itself. The module that it is built from has no releases: its
 * versions are commits.
 */
function sdkVersion(): string {
  const file = path.join(projectFolder(), "node_modules", "@pulumi", "kubernetes", "package.json");
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

/** The folder of a Go module, with its go.mod and go.sum. */
export function moduleFolder(toolModule: ToolModule): string {
  return path.join(projectFolder(), "sandbox", "tools", toolModule);
}

/**
 * The version that the module's go.mod pins, such as `v1.37.2`.
 * @throws {Error} if go.mod does not name the tool.
 */
export function pinnedVersion(tool: Pick<BuiltProgram, "module" | "dependency">): string {
  const file = path.join(moduleFolder(tool.module), "go.mod");
  const line = fs
    .readFileSync(file, "utf8")
    .split("\n")
    .map((text) => text.trim().replace(/^require\s+/, ""))
    .find((text) => text.startsWith(`${tool.dependency} v`));
  const version = line?.split(/\s+/)[1];
  if (version === undefined) throw new Error(`${file} requires no version of ${tool.dependency}`);
  return version;
}

/** Major and minor of the first version in a text; throws where there is none. */
export function minorOf(text: string): { readonly major: number; readonly minor: number; readonly full: string } {
  const found = /v?(\d+)\.(\d+)\.(\d+)[-+.\w]*/.exec(text);
  if (found === null) throw new Error(`no version in ${JSON.stringify(text.slice(0, 80))}`);
  return { major: Number(found[1]), minor: Number(found[2]), full: found[0] };
}
