import { Progress } from "../../terminal/progress";
import { onEndingSignal } from "../signals";
import { provideTools } from "../tools/toolbox";

/**
 * `build`: provides every tool before it is needed, for example before a journey without a network, and prints where each one is.
 * @throws {UsageError} if a tool cannot be built.
 */
export async function build(): Promise<void> {
  const progress = new Progress();
  const stop = new AbortController();
  const release = onEndingSignal(() => stop.abort());
  try {
    const tools = await provideTools({ progress, say: (line) => void process.stderr.write(`${line}\n`), signal: stop.signal });
    for (const [name, { path, version }] of Object.entries(tools)) console.log(`${name} ${version}: ${path}`);
  } finally {
    progress.stop();
    release();
  }
}
