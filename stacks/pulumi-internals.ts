import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as state from "@pulumi/pulumi/runtime/state";

/**
 * Functions of the SDK that its type declarations leave out. package.json pins the SDK's exact version, and the recorder's tests fail if a
 * newer one lacks a function.
 */
interface Internals {
  /** Gives the callback runtime state of its own; the Automation API's server uses it too. */
  readonly withLocalStorage: <T>(callback: () => Promise<T>) => Promise<T>;
  readonly leakedPromises: () => readonly [leaked: ReadonlySet<Promise<unknown>>, explanation: string];
}

const { withLocalStorage, leakedPromises } = { ...state, ...debuggable } as unknown as Internals;

/** Runs a program with runtime state of its own, so that the programs of several sites can run in one process, even at the same time. */
export function inStoreOfItsOwn<T>(run: () => Promise<T>): Promise<T> {
  return withLocalStorage(run);
}

/** Describes the promises of the program that never settled; undefined if there are none. */
export function leaks(): string | undefined {
  const [leaked, explanation] = leakedPromises();
  return leaked.size === 0 ? undefined : `${leaked.size} promises never settled: ${explanation}`;
}
