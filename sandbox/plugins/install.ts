import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A plugin that Pulumi finds: the official one, or the project's own in its place. */
export interface InstalledPlugin {
  readonly name: string;
  readonly kind: "language" | "resource";
  readonly source: "official" | "stand-in";
  /** The executable that Pulumi is going to start. */
  readonly path: string;
}

const WANTED: readonly Pick<InstalledPlugin, "name" | "kind">[] = [
  { name: "nodejs", kind: "language" },
  { name: "kubernetes", kind: "resource" },
  { name: "random", kind: "resource" },
  { name: "tls", kind: "resource" },
];

/**
 * Makes sure that Pulumi finds each plugin that the project needs. Pulumi finds official plugins on PATH or in its own folder of plugins;
 * for each missing one, a script that starts the stand-in is written into `folder`.
 * @param folder a folder that the caller puts on PATH.
 */
export function installPlugins(folder: string, environment: Readonly<NodeJS.ProcessEnv> = process.env): readonly InstalledPlugin[] {
  fs.mkdirSync(folder, { recursive: true });
  return WANTED.map(({ name, kind }) => {
    const executable = `pulumi-${kind}-${name}`;
    const own = path.join(folder, executable);
    const official = findOfficial(executable, { name, kind }, folder, environment);
    if (official !== undefined) {
      // Pulumi looks at PATH first, so an older script would win over the official plugin.
      fs.rmSync(own, { force: true });
      return { name, kind, source: "official", path: official };
    }
    writeStarter(own, path.join(__dirname, kind === "language" ? `language-${name}` : name, "main"));
    return { name, kind, source: "stand-in", path: own };
  });
}

function findOfficial(
  executable: string,
  { name, kind }: Pick<InstalledPlugin, "name" | "kind">,
  folder: string,
  environment: Readonly<NodeJS.ProcessEnv>,
): string | undefined {
  const onPath = (environment["PATH"] ?? "")
    .split(path.delimiter)
    .filter((directory) => directory !== "" && path.resolve(directory) !== path.resolve(folder))
    .map((directory) => path.join(directory, executable));
  const plugins = path.join(environment["PULUMI_HOME"] ?? path.join(environment["HOME"] ?? os.homedir(), ".pulumi"), "plugins");
  // Pulumi unpacks a plugin into `<kind>-<name>-v<version>` and leaves a `.partial` file beside it until that is done.
  const unpacked = listFolder(plugins)
    .filter((entry) => entry.startsWith(`${kind}-${name}-v`) && !entry.endsWith(".partial") && !entry.endsWith(".lock"))
    .filter((entry) => !fs.existsSync(path.join(plugins, `${entry}.partial`)))
    .map((entry) => path.join(plugins, entry, executable));
  return [...onPath, ...unpacked].find((file) => isExecutable(file) && !isStarter(file));
}

const STARTER_MARK = "# Starts a stand-in plugin of analysis-facility.";

/** `main.js` from compiled code, `main.ts` through tsx from sources (as in tests). */
function writeStarter(file: string, main: string): void {
  const compiled = fs.existsSync(`${main}.js`);
  const command = compiled ? [process.execPath, `${main}.js`] : [process.execPath, "--require", require.resolve("tsx/cjs"), `${main}.ts`];
  const text = `#!/bin/sh\n${STARTER_MARK}\nexec ${command.map(quote).join(" ")} "$@"\n`;
  if (isStarter(file) && fs.readFileSync(file, "utf8") === text) return;
  // Written beside and renamed, so that nobody starts half a script.
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text, { mode: 0o755 });
  fs.renameSync(draft, file);
}

function isStarter(file: string): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, "r");
    // Official plugins are large executables, so only the beginning is read.
    const start = Buffer.alloc(200);
    fs.readSync(descriptor, start);
    return start.toString("utf8").includes(STARTER_MARK);
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

/** Quoted for the shell: paths may hold spaces and quotes. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
