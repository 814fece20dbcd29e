import { type ChartInstall, Helm, type HelmOptions } from "#af/sandbox/charts/helm";
import { ensureCrds } from "#af/sandbox/charts/crds";
import { ApiFailure, Cluster, type ClusterObject, type ObjectKey } from "#af/sandbox/cluster/client";
import { provideNodes, type SandboxHost } from "#af/sandbox/nodes/nodes";

/** A question to the API server, asked from inside the cell. */
export type ServerQuestion =
  | { readonly ask: "list"; readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly labels?: string }
  | { readonly ask: "read"; readonly key: ObjectKey }
  | { readonly ask: "apply"; readonly objects: readonly ClusterObject[] }
  /** Server-side apply without effect that refuses a field which the server does not know; the server itself reads the YAML. */
  | { readonly ask: "try"; readonly key: ObjectKey; readonly manifest: string }
  | { readonly ask: "delete"; readonly key: ObjectKey }
  /** A request as it is, such as what a person sends with kubectl. */
  | { readonly ask: "request"; readonly method: string; readonly path: string; readonly body?: unknown; readonly type?: string }
  | { readonly ask: "nodes"; readonly hosts: readonly SandboxHost[] }
  | { readonly ask: "crds"; readonly groups: readonly string[] }
  | { readonly ask: "install"; readonly install: ChartInstall }
  | { readonly ask: "uninstall"; readonly release: string; readonly namespace: string };

const helm = new Helm(JSON.parse(process.env["AF_HELM"] ?? "{}") as HelmOptions);

/** The object that the server would store; null if it does not serve the kind. */
async function tried(cluster: Cluster, { apiVersion, kind, metadata }: ObjectKey, manifest: string): Promise<unknown> {
  if (!(await cluster.knows(apiVersion, kind))) return null;
  const path = `${await cluster.collection(apiVersion, kind, metadata.namespace ?? "default")}/${metadata.name}`;
  return cluster.request(
    "PATCH",
    `${path}?fieldManager=test&force=true&dryRun=All&fieldValidation=Strict`,
    manifest,
    "application/apply-patch+yaml",
  );
}

async function answer(cluster: Cluster, question: ServerQuestion): Promise<unknown> {
  switch (question.ask) {
    case "list":
      return cluster.list(question.apiVersion, question.kind, question);
    case "read":
      return (await cluster.read(question.key)) ?? null;
    case "apply":
      for (const object of question.objects) await cluster.apply(object, "test");
      return null;
    case "try":
      return tried(cluster, question.key, question.manifest);
    case "delete":
      return cluster.delete(question.key);
    case "request":
      return cluster.request(question.method, question.path, JSON.stringify(question.body ?? {}), question.type ?? "application/json");
    case "nodes":
      return provideNodes(cluster, question.hosts, "replaces");
    case "crds":
      return ensureCrds(cluster, question.groups);
    case "install":
      return helm.install(question.install);
    case "uninstall":
      return helm.uninstall(question.release, question.namespace);
  }
}

/** Reads questions from standard input, one JSON document a line, and writes the answers to standard output. */
async function main(): Promise<void> {
  const cluster = Cluster.load(process.env["KUBECONFIG"] ?? "");
  let rest = "";
  for await (const chunk of process.stdin) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      try {
        process.stdout.write(`${JSON.stringify({ answer: await answer(cluster, JSON.parse(line) as ServerQuestion) })}\n`);
      } catch (error) {
        const failure = { message: (error as Error).message, status: error instanceof ApiFailure ? error.status : undefined };
        process.stdout.write(`${JSON.stringify({ failure })}\n`);
      }
    }
  }
}

if (require.main === module) void main();
