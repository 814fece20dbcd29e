import * as log from "@pulumi/pulumi/log";
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

/** What the engine answered, at the end of a message for debugging (`RPC finished` in runtime/resource.ts and runtime/invoke.ts of the SDK). */
const ANSWER = /, resp: [^]*$/;

/**
 * Keeps the SDK from repeating the engine's answers in its messages for debugging. An answer has generated secrets and the contents of Secrets in clear, and the
 * engine writes such messages to the log that `--event-log` asks for, and to the terminal with `--debug`. To be called before anything is registered.
 */
export function hideAnswers(): void {
  const sdk = log as { debug: typeof log.debug };
  const tell = sdk.debug;
  sdk.debug = (message, ...about) => tell(message.replace(ANSWER, ""), ...about);
}
