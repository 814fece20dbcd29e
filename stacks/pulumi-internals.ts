import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as state from "@pulumi/pulumi/runtime/state";

/** What the SDK leaves out of its declarations, in one place: the exact version is pinned, and the tests of the recorder fail if one of these goes. */
interface Internals {
  /** The Automation API's own server is built on it. */
  readonly withLocalStorage: <T>(callback: () => Promise<T>) => Promise<T>;
  readonly leakedPromises: () => readonly [leaked: ReadonlySet<Promise<unknown>>, explanation: string];
}

const { withLocalStorage, leakedPromises } = { ...state, ...debuggable } as unknown as Internals;

/** Runs a program with runtime state that belongs to this run alone, so that several sites can run in one process, even at once. */
export function inStoreOfItsOwn<T>(run: () => Promise<T>): Promise<T> {
  return withLocalStorage(run);
}

/** Promises of the program that never settled, explained; undefined if there are none. */
export function leaks(): string | undefined {
  const [leaked, explanation] = leakedPromises();
  return leaked.size === 0 ? undefined : `${leaked.size} promises never settled: ${explanation}`;
}
