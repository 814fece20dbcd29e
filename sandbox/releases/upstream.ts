import { PLATFORMS, type Platform, type Release } from "../tools/releases";
import { publishedVersion, type Tool, type ToolName, TOOLS } from "../tools/tool";

/** Where upstream publishes a tool for a platform, and the files that may hold its digest. */
export interface Publication extends Pick<Release, "tool" | "version" | "platform" | "url" | "member"> {
  /** Addresses of checksum files, the likeliest first; there may be none. */
  readonly checksums: readonly string[];
}

type Where = Pick<Publication, "url" | "member" | "checksums">;

const github = (repository: string, version: string): string => `https://github.com/${repository}/releases/download/${version}`;

/** Kubernetes publishes its servers for Linux alone: https://kubernetes.io/releases/download/ */
function kubernetes(tool: ToolName, version: string, system: string, machine: string): Where | undefined {
  if (system !== "linux") return undefined;
  const url = `https://dl.k8s.io/release/${version}/bin/${system}/${machine}/${tool}`;
  return { url, checksums: [`${url}.sha256`] };
}

/** Where each tool is published, by version, operating system and architecture; undefined where it is not, or not as a tar archive. */
const PUBLISHED: Readonly<Record<ToolName, (version: string, system: string, machine: string) => Where | undefined>> = {
  // For macOS there is a zip archive: https://github.com/etcd-io/etcd/releases
  etcd: (version, system, machine) => {
    if (system !== "linux") return undefined;
    const [from, name] = [github("etcd-io/etcd", version), `etcd-${version}-${system}-${machine}`];
    return { url: `${from}/${name}.tar.gz`, member: `${name}/etcd`, checksums: [`${from}/SHA256SUMS`] };
  },
  "kube-apiserver": (...where) => kubernetes("kube-apiserver", ...where),
  "kube-scheduler": (...where) => kubernetes("kube-scheduler", ...where),
  "kube-controller-manager": (...where) => kubernetes("kube-controller-manager", ...where),
  // KWOK publishes programs without digests: https://kwok.sigs.k8s.io/docs/user/installation/
  kwok: (version, system, machine) => ({ url: `${github("kubernetes-sigs/kwok", version)}/kwok-${system}-${machine}`, checksums: [] }),
  pulumi: (version, system, machine) => {
    const from = github("pulumi/pulumi", version);
    return {
      url: `${from}/pulumi-${version}-${system}-${machine === "amd64" ? "x64" : machine}.tar.gz`,
      member: "pulumi/pulumi",
      checksums: [`${from}/pulumi-${version.slice(1)}-checksums.txt`],
    };
  },
  // https://helm.sh/docs/intro/install/#from-the-binary-releases
  helm: (version, system, machine) => {
    const url = `https://get.helm.sh/helm-${version}-${system}-${machine}.tar.gz`;
    return { url, member: `${system}-${machine}/helm`, checksums: [`${url}.sha256sum`] };
  },
  // https://www.pulumi.com/docs/iac/concepts/plugins/
  "pulumi-resource-kubernetes": (version, system, machine) => ({
    url: `https://get.pulumi.com/releases/plugins/pulumi-resource-kubernetes-${version}-${system}-${machine}.tar.gz`,
    member: "pulumi-resource-kubernetes",
    checksums: [`${github("pulumi/pulumi-kubernetes", version)}/pulumi-kubernetes_${version.slice(1)}_checksums.txt`],
  }),
};

/** Every release of the versions that the sandbox needs. */
export function publications(tools: readonly Tool[] = TOOLS, platforms: readonly Platform[] = PLATFORMS): readonly Publication[] {
  return tools.flatMap((tool) =>
    platforms.flatMap((platform) => {
      const version = publishedVersion(tool);
      const [system, machine] = platform.split("-") as [string, string];
      const where = PUBLISHED[tool.name](version, system, machine);
      return where === undefined ? [] : [{ tool: tool.name, version, platform, ...where }];
    }),
  );
}

/** The digest of a file in the text of a checksum file: on the line that ends with the file's name, or the only word there is. */
export function digestIn(text: string, fileName: string): string | undefined {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+\*?/));
  const digest = lines.find(([, name]) => name?.split("/").at(-1) === fileName)?.[0] ?? (lines[0]?.length === 1 ? lines[0][0] : undefined);
  return digest !== undefined && /^[0-9a-f]{64}$/i.test(digest) ? digest.toLowerCase() : undefined;
}
