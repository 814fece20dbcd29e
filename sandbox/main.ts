import { Command } from "commander";
import { SiteError } from "../stacks/site/read";
import { runCommand } from "../terminal/command";
import { build } from "./commands/build";
import { doctor } from "./commands/doctor";
import { down, exec, status } from "./commands/manage";
import { runOnSandbox, type RunOptions } from "./commands/run";
import type { EngineCommand } from "./engine/engine";

const command = new Command("sandbox")
  .description("A throwaway control plane on this machine, and the real Pulumi on a site")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "")) });

const ENGINE_COMMANDS: Readonly<Record<EngineCommand, string>> = {
  up: "build the facility of a site; starts the control plane when it does not run",
  preview: "say what `up` would change; writes nothing into a cluster that has a facility",
  refresh: "read into the engine's state what the cluster has by now; `-- --expect-no-changes` fails if that differs",
  import: "take over an object that is there; `-- kubernetes:core/v1:ConfigMap NAME NAMESPACE/OBJECT`",
  destroy: "take the facility away, except what is protected",
};

for (const [name, description] of Object.entries(ENGINE_COMMANDS) as [EngineCommand, string][]) {
  command
    .command(name)
    .description(description)
    .argument("<site>", "a site of this project: Pulumi.<site>.yaml")
    .argument("[pulumi...]", "after --: further arguments for pulumi")
    .option("--config-file <file>", "another site file than Pulumi.<site>.yaml")
    .option("--charts <folder>", "install the real charts in this folder, as `helm pull` leaves them; `pull` gets them first")
    .option("--real <name=path>", "a real controller in place of the played one; several times, or none", (word, before: string[] = []) => [
      ...before,
      word,
    ])
    .option(
      "--live [map]",
      "run the hub and its users' servers as programs, and let a browser open it; with a file, run the pods that it chooses (docs/sandbox.md)",
    )
    .action(async (site: string, extra: string[], options: Omit<RunOptions, "extra">) => {
      process.exitCode = await runOnSandbox(name, site, { ...options, extra });
    });
}

command
  .command("doctor")
  .description("say what would be used, downloaded or built, and what the machine lacks; changes nothing")
  .option("--json", "the same as JSON", false)
  .action(async (options: { json: boolean }) => {
    process.exitCode = await doctor(options);
  });

command.command("build").description("find or build the tools of the control plane, and start nothing").action(build);

command
  .command("down")
  .description("end the control plane; its state is kept")
  .argument("<site>")
  .option("--purge", "forget its state too", false)
  .action(down);

command
  .command("status")
  .description("hosts, pods, what is pending and why, addresses")
  .argument("<site>")
  .option("--config-file <file>", "the site file that `up` was given")
  .action(async (site: string, options: { configFile?: string }) => {
    process.exitCode = await status(site, options);
  });

command
  .command("exec")
  .description("run a command inside the sandbox's network: with its kubeconfig, and its pulumi and helm first on PATH")
  .argument("<site>")
  .argument("<command...>", "after --: the command and its arguments")
  .action(async (site: string, words: string[]) => {
    process.exitCode = await exec(site, words);
  });

void runCommand(command, process.argv.slice(2), [SiteError]);
