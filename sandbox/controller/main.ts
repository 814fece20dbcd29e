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

/** The process that plays the controllers of a facility's charts; the supervisor starts it with KUBECONFIG set. */
async function main(): Promise<void> {
  const cluster = Cluster.load(process.env["KUBECONFIG"] ?? "");
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
  const controller = new Controller(cluster, watcher, log, soon, playedReconcilers(realNames()));
  await watcher.start();
  setInterval(soon, INTERVAL);
  soon();
  console.log("watching");
}

process.on("SIGTERM", () => process.exit(0));
process.on("unhandledRejection", (error) => console.error(`unhandled: ${reasonOf(error)}`));
void main().catch((error: unknown) => {
  console.error(`Error: ${reasonOf(error)}`);
  process.exit(1);
});
