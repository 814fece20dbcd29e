import { Command } from "commander";
import { siteNames } from "#af/stacks/site/project";

/** Scripts of package.json that are commands of the project, and the modules that define them. */
const MODULES = {
  plan: () => import("#af/tools/plan"),
  policy: () => import("#af/tools/policy"),
  site: () => import("#af/tools/site"),
  charts: () => import("#af/tools/charts"),
  sandbox: () => import("#af/sandbox/main"),
} as const;

export type OurCommand = keyof typeof MODULES;

export function isOurs(script: string): script is OurCommand {
  return script in MODULES;
}

/** Arguments that name a site of the project; `new` names one that is not there yet. */
const SITE_ARGUMENTS = ["site", "first", "second"];

let loaded: Promise<OurCommands> | undefined;

/** The project's commands as their own definitions have them, which do nothing but read their arguments. */
export class OurCommands {
  private constructor(private readonly commands: ReadonlyMap<OurCommand, Command>) {}

  /** Every command. Modules are loaded once, so several suites of one run share them. */
  static load(): Promise<OurCommands> {
    return (loaded ??= OurCommands.loadAll());
  }

  /** Loads every command, and takes it where it is about to read the arguments of this process. */
  private static async loadAll(): Promise<OurCommands> {
    const own = Object.getOwnPropertyDescriptor(Command.prototype, "parseAsync") ?? {};
    const commands = new Map<OurCommand, Command>();
    try {
      for (const [name, load] of Object.entries(MODULES) as [OurCommand, () => Promise<unknown>][]) {
        Command.prototype.parseAsync = function (this: Command): Promise<Command> {
          commands.set(name, this);
          return Promise.resolve(this);
        };
        await load();
      }
    } finally {
      Object.defineProperty(Command.prototype, "parseAsync", own);
    }
    for (const command of commands.values()) for (const each of [command, ...command.commands]) harmless(each);
    return new OurCommands(commands);
  }

  /** The names of a command's own commands. */
  subcommands(name: OurCommand): readonly string[] {
    return this.commands.get(name)?.commands.map((each) => each.name()) ?? [];
  }

  /** What a command's definition says against arguments; undefined if it accepts them. */
  refusal(name: OurCommand, args: readonly string[]): string | undefined {
    const command = this.commands.get(name);
    if (command === undefined) return `${name} did not load`;
    if (args.includes("--help")) return this.refusalOfHelp(command, args);
    try {
      command.parse([...args], { from: "user" });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const called = command.commands.find((each) => each.name() === args[0]) ?? command;
    const unknown = called.registeredArguments
      .flatMap((argument, index) => (SITE_ARGUMENTS.includes(argument.name()) ? [called.processedArgs[index] as unknown].flat() : []))
      .filter((site) => typeof site === "string" && !siteNames().includes(site));
    return unknown.length > 0 && called.name() !== "new" ? `there is no site ${unknown.join(", ")}` : undefined;
  }

  private refusalOfHelp(command: Command, [first = ""]: readonly string[]): string | undefined {
    return first === "--help" || this.isKnown(command, first) ? undefined : `unknown command '${first}'`;
  }

  private isKnown(command: Command, name: string): boolean {
    return command.commands.some((each) => each.name() === name);
  }
}

/** Lets a command refuse by an error, say nothing, and do nothing. */
function harmless(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
}
