import { parseAllDocuments } from "yaml";
import type { Manifest } from "../../components/manifest";
import { type HelmAnswer, runHelm } from "../../sandbox/tools/charts/run-helm";

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
export type Rendering = HelmAnswer;

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
    return runHelm(this.program, args, this.env, JSON.stringify(values));
  }

  /**
   * The texts of the definitions of custom resources that a chart brings beside its templates, which Helm installs first.
   * @throws if Helm cannot read the chart.
   */
  async definitions(archive: string): Promise<readonly string[]> {
    const answer = await runHelm(this.program, ["show", "crds", archive], this.env, "");
    if ("failure" in answer) throw new Error(`the definitions of ${archive} cannot be read: ${answer.failure}`);
    return answer.text.split(/^---.*$/m).filter((text) => /^kind: *CustomResourceDefinition\s*$/m.test(text));
  }
}

/** The objects in rendered manifests, with the namespace of the release where they name none. */
export function objectsIn(text: string, namespace: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as Manifest | null;
    return object?.kind === undefined ? [] : [{ ...object, metadata: { namespace, ...object.metadata } }];
  });
}
