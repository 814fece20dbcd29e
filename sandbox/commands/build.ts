import { Progress } from "../../terminal/progress";
import { onEndingSignal } from "../signals";
import { provideTools } from "../tools/toolbox";

/** `build`: has every tool at hand before it is needed, e.g. on a CI machine or before a journey without network. */
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
