import { spawn } from "node:child_process";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "../../components/manifest";

/** A release of a chart as `helm template` is told of it. */
export interface TemplateInput {
  readonly release: string;
  readonly namespace: string;
  /** The chart's archive, or its unpacked folder. */
  readonly archive: string;
  readonly values: unknown;
  /** Off where values are changed on purpose: the chart's schema would refuse them before a template reads them. */
  readonly schema?: boolean;
}

/** What became of a rendering: the text of the manifests, or Helm's reason why there is none. */
export type Rendering = { readonly text: string } | { readonly failure: string };

/**
 * Kinds that the API server of a facility serves and that charts ask for. Helm knows no kinds where it renders without a server, and charts then
 * write versions that are served no more.
 */
const SERVED = [
  "policy/v1",
  "policy/v1/PodDisruptionBudget",
  "networking.k8s.io/v1/Ingress",
  "networking.k8s.io/v1/NetworkPolicy",
  "autoscaling/v2/HorizontalPodAutoscaler",
  "batch/v1/CronJob",
  "monitoring.coreos.com/v1",
  "monitoring.coreos.com/v1/ServiceMonitor",
  "monitoring.coreos.com/v1/PodMonitor",
  "monitoring.coreos.com/v1/PrometheusRule",
];

/** Version of Kubernetes for which charts are rendered: the newest minor that all charts of the catalogue allow. */
const KUBERNETES = "1.36.0";

/** Renders charts with the real Helm. */
export class HelmTemplate {
  /**
   * @param program path of Helm.
   * @param env environment of Helm.
   */
  constructor(
    private readonly program: string,
    private readonly env: Readonly<NodeJS.ProcessEnv> = process.env,
  ) {}

  /** What `helm template` makes of a release, hooks and definitions of custom resources in templates included. */
  async render({ release, namespace, archive, values, schema = true }: TemplateInput): Promise<Rendering> {
    const args = [
      "template",
      release,
      archive,
      `--namespace=${namespace}`,
      `--kube-version=${KUBERNETES}`,
      ...SERVED.map((version) => `--api-versions=${version}`),
      ...(schema ? [] : ["--skip-schema-validation"]),
      "--values=-",
    ];
    const child = spawn(this.program, args, { env: this.env, stdio: ["pipe", "pipe", "pipe"] });
    let [text, said] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said = (said + chunk).slice(-8_000)));
    // Helm may end before it has read everything, which its exit code then tells.
    child.stdin.once("error", () => undefined);
    child.stdin.end(JSON.stringify(values));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code === 0) return { text };
    const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^(level|time)=/.test(line));
    return {
      failure:
        lines
          .slice(lines.findLastIndex((line) => line.startsWith("Error:")))
          .join(" ")
          .replace(/^Error: /, "") || "no reason",
    };
  }
}

/** The objects in rendered manifests, with the namespace of the release where they name none. */
export function objectsIn(text: string, namespace: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as Manifest | null;
    return object?.kind === undefined ? [] : [{ ...object, metadata: { namespace, ...object.metadata } }];
  });
}
