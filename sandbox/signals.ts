/** The signals by which a user, a terminal that closes, or a supervisor ends a command. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls back at every signal that would end this process, until the returned function is called. */
export function onEndingSignal(callBack: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of ENDING) process.on(signal, callBack);
  return () => {
    for (const signal of ENDING) process.off(signal, callBack);
  };
}

/** The exit code of a child as a shell tells it: 128 and the signal's number where a signal ended the child. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal === "SIGINT" ? 130 : 143);
}
