import { Command } from "commander";
import { SiteError } from "../stacks/site/read";
import { build } from "./commands/build";
import { down, exec, status } from "./commands/manage";
import { run, type RunOptions } from "./commands/run";
import { type EngineCommand } from "./engine/engine";
import { Interrupted, SandboxFailure } from "./failure";

const program = new Command("sandbox")
  .description("A throwaway control plane on this machine, and the real Pulumi on a site")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "")) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const engineCommands: Readonly<Record<EngineCommand, string>> = {
  up: "build the facility of a site; starts the control plane when it does not run",
  preview: "say what `up` would change; writes nothing",
  destroy: "take the facility away, except what is protected",
};

for (const [name, description] of Object.entries(engineCommands) as [EngineCommand, string][]) {
  program
    .command(name)
    .description(description)
    .argument("<site>", "a site of this project: Pulumi.<site>.yaml")
    .argument("[pulumi...]", "after --: further arguments for pulumi")
    .option("--config-file <file>", "another site file than Pulumi.<site>.yaml")
    .action((site: string, extra: string[], options: Omit<RunOptions, "extra">) => finish(run(name, site, { ...options, extra })));
}

program
  .command("build")
  .description("find or build the tools of the control plane, and start nothing")
  .action(() => finish(build()));

program
  .command("down")
  .description("end the control plane; its state is kept")
  .argument("<site>")
  .option("--purge", "forget its state too", false)
  .action((site: string, options: { purge: boolean }) => finish(down(site, options)));

program
  .command("status")
  .description("hosts, pods, what is pending and why, addresses")
  .argument("<site>")
  .option("--config-file <file>", "the site file that `up` was given")
  .action((site: string, options: { configFile?: string }) => finish(status(site, options)));

program
  .command("exec")
  .description("run a command inside the sandbox's network, with KUBECONFIG set")
  .argument("<site>")
  .argument("<command...>", "after --: the command and its arguments")
  .action((site: string, command: string[]) => finish(exec(site, command)));

/** A user's mistake is told in its own words; anything else is a defect and shows where it happened. */
async function finish(work: Promise<number>): Promise<void> {
  try {
    process.exitCode = await work;
  } catch (error) {
    if (error instanceof Interrupted) {
      process.exitCode = error.exitCode;
    } else if (error instanceof SiteError || error instanceof SandboxFailure) {
      console.error(error.message);
      process.exitCode = error instanceof SandboxFailure ? error.exitCode : 2;
    } else {
      console.error(error);
      process.exitCode = 1;
    }
  }
}

void program.parseAsync();
