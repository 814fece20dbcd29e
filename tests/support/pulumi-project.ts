import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { choosePlugins, installPlugins } from "#af/sandbox/plugins/install";
import type { Toolbox } from "#af/sandbox/tools/toolbox";

/** How a command ended, with all that it printed. */
export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** A small Pulumi program of its own stack, run by the real engine and the real provider with a state in its folder. */
export class PulumiProject {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly project: string;

  /**
   * @param folder where the project and its state are written.
   * @param program text of a CommonJS module.
   */
  constructor(
    private readonly tools: Partial<Toolbox>,
    folder: string,
    kubeconfig: string,
    program: string,
  ) {
    this.project = path.join(folder, "project");
    const [home, state] = [path.join(folder, "home"), path.join(folder, "state")];
    for (const each of [path.join(this.project, "program"), state]) fs.mkdirSync(each, { recursive: true });
    installPlugins(
      path.join(home, "plugins"),
      choosePlugins({ kubernetes: tools["pulumi-resource-kubernetes"]?.path ?? "" }, { PATH: "", PULUMI_HOME: "" }),
    );
    const runtime = "{ name: nodejs, options: { typescript: false, nodeargs: --no-warnings } }";
    fs.writeFileSync(path.join(this.project, "Pulumi.yaml"), `name: small\nmain: program/\nruntime: ${runtime}\n`);
    fs.writeFileSync(path.join(this.project, "package.json"), '{ "name": "small", "version": "0.0.1" }');
    fs.writeFileSync(path.join(this.project, "program", "index.js"), program);
    fs.symlinkSync(path.resolve("node_modules"), path.join(this.project, "node_modules"));
    this.environment = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      PULUMI_HOME: home,
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }

  /** Runs the CLI until it ends, whatever comes of it. */
  run(...args: readonly string[]): Promise<Finished> {
    const child = spawn(this.tools.pulumi?.path ?? "", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.project,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output }));
    });
  }

  /** Names of the resources in the state, each with what failed when it was made last. */
  async state(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { output } = await this.run("stack", "export");
    const { deployment } = JSON.parse(output) as { deployment: { resources?: readonly { urn: string; initErrors?: string[] }[] } };
    return new Map((deployment.resources ?? []).map(({ urn, initErrors = [] }) => [urn.split("::").at(-1) ?? "", initErrors]));
  }
}
