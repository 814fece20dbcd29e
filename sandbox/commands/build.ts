import { Interrupted } from "../failure";
import { Progress } from "../progress";
import { provideTools } from "../tools/toolbox";

/** `build`: has every tool at hand before it is needed, e.g. on a CI machine or before a journey without network. */
export async function build(): Promise<number> {
  const progress = new Progress();
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const tools = await provideTools({ progress, say: (line) => void process.stderr.write(`${line}\n`), signal: stop.signal });
    for (const [name, { path, version }] of Object.entries(tools)) console.log(`${name} ${version}: ${path}`);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  } finally {
    progress.stop();
    for (const signal of signals) process.off(signal, interrupt);
  }
}
