import { CommandFailure } from "../../terminal/failure";
import { runHelm } from "../tools/charts/run-helm";

/** A release of a chart: what `helm upgrade --install` is told. */
export interface ChartInstall {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Where the chart is: `https://` of a repository, or `oci://` of a registry without the chart's own name. */
  readonly repository: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** How Helm is run. */
export interface HelmOptions {
  /** Path of the program. */
  readonly program: string;
  readonly kubeconfig: string;
  /** File with the certificate of the authority that the chart repository is trusted by. */
  readonly authority: string;
  /** Folder of Helm's caches, so that those of the user stay untouched. */
  readonly home: string;
}

/** Revisions of a release that Helm keeps; 5 is what Flux keeps: https://fluxcd.io/flux/components/helm/helmreleases/#max-history */
const HISTORY = 5;

/** Variables that keep Helm's files in one folder: https://helm.sh/docs/helm/helm/ */
export function helmEnvironment(home: string): Readonly<Record<string, string>> {
  return { HELM_CACHE_HOME: `${home}/cache`, HELM_CONFIG_HOME: `${home}/config`, HELM_DATA_HOME: `${home}/data` };
}

/** Runs Helm against the sandbox's API server. */
export class Helm {
  constructor(private readonly options: HelmOptions) {}

  /**
   * Installs a release or upgrades it, and returns once its objects are made and its hooks have ended; whether its pods run is another
   * question.
   * @throws {CommandFailure} in Helm's words.
   */
  async install({ release, namespace, chart, version, repository, values }: ChartInstall): Promise<void> {
    const oci = repository.startsWith("oci://");
    await this.run(
      [
        "upgrade",
        release,
        oci ? `${repository}/${chart}` : chart,
        ...(oci ? [] : ["--repo", repository]),
        "--install",
        `--version=${version}`,
        `--namespace=${namespace}`,
        `--ca-file=${this.options.authority}`,
        `--history-max=${HISTORY}`,
        // As helm-controller does, Helm takes back fields that somebody else has written.
        "--force-conflicts",
        "--values=-",
      ],
      JSON.stringify(values),
    );
  }

  /**
   * Removes a release; a release that does not exist is no mistake.
   * @throws {CommandFailure} in Helm's words.
   */
  async uninstall(release: string, namespace: string): Promise<void> {
    await this.run(["uninstall", release, `--namespace=${namespace}`, "--ignore-not-found"]);
  }

  private async run(args: readonly string[], input = ""): Promise<void> {
    const { program, kubeconfig, home } = this.options;
    const answer = await runHelm(program, args, { ...process.env, ...helmEnvironment(home), KUBECONFIG: kubeconfig }, input);
    if ("failure" in answer) throw new CommandFailure(`helm ${args[0] ?? ""} failed: ${answer.failure}`);
  }
}
