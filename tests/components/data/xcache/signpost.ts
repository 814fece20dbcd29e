import type { Manifest } from "#af/components/manifest";
import type { CacheImage } from "./image";
import type { Machines } from "./machines";
import { Pod, type Contents } from "./pod";

/**
 * Starts what answers to the name `xcache` on a machine, and waits until it answers.
 * @param objects rendered ones, by key.
 * @param further lines of its configuration.
 */
export async function startSignpost(
  machines: Machines,
  machine: string,
  objects: Readonly<Record<string, Manifest>>,
  image: CacheImage,
  further = "",
): Promise<Pod> {
  const { metadata, data } = objects["config"] as unknown as {
    readonly metadata: { readonly name: string };
    readonly data: Contents[string];
  };
  const files = Object.fromEntries(Object.entries(data).map(([file, text]) => [file, text + further]));
  const pod = new Pod(machines, machine, objects["server"] as Manifest, { [metadata.name]: files });
  await pod.start(image);
  const answers = (): boolean => /signpost@\S+ initialization completed/.test(pod.program?.log ?? "");
  await pod.program?.until("the signpost answers", () => Promise.resolve(answers()));
  return pod;
}
