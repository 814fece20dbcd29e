/** Labels of a pod, a host or a namespace, by key. */
export type Labels = Readonly<Record<string, string>>;

/** The value of a label; undefined if it is not there, also for a key such as `constructor`, which every JavaScript object answers. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
