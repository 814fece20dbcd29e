import { Helm, type HelmOptions } from "../charts/helm";
import { Cluster } from "../cluster/client";
import { reasonOf } from "../../terminal/failure";
import { Controller } from "./controller";
import { realNames } from "../control-plane/real-controllers";
import { playedReconcilers } from "./played";
import { Watcher } from "./watcher";

/** Milliseconds between a change in the cluster and the next look, because changes come in bursts. */
const SETTLE = 20;

/** Milliseconds after which everything is looked at again although nothing changed, for the sake of time-outs and retries. */
const INTERVAL = 2_000;

/** The process that plays the controllers of a facility's charts; the supervisor tells it, as JSON in its only argument, how to run Helm. */
async function main(options: HelmOptions): Promise<void> {
  const cluster = Cluster.load(options.kubeconfig);
  let due: NodeJS.Timeout | undefined;
  const soon = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      watcher.followDefinitions();
      controller.pass();
    }, SETTLE);
  };
  const watcher = new Watcher(cluster, soon);
  const log = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);
  const controller = new Controller(cluster, new Helm(options), watcher, log, soon, playedReconcilers(realNames()));
  await watcher.start();
  setInterval(soon, INTERVAL);
  soon();
  console.log("watching");
}

process.on("SIGTERM", () => process.exit(0));
process.on("unhandledRejection", (error) => console.error(`unhandled: ${reasonOf(error)}`));
void main(JSON.parse(process.argv[2] ?? "{}") as HelmOptions).catch((error: unknown) => {
  console.error(`Error: ${reasonOf(error)}`);
  process.exit(1);
});
