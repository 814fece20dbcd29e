import { spawn } from "node:child_process";

/** What Helm printed, or its reason for ending without success. */
export type HelmAnswer = { readonly text: string } | { readonly failure: string };

/**
 * Runs Helm.
 * @param program path of Helm.
 * @param input what it reads from standard input.
 */
export async function runHelm(
  program: string,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
  input: string,
): Promise<HelmAnswer> {
  const child = spawn(program, [...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  let [text, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said = (said + chunk).slice(-8_000)));
  // Helm may end before it has read everything, which its exit code then tells.
  child.stdin.once("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return code === 0 ? { text } : { failure: reasonIn(said) };
}

/** What Helm gives as the reason: its last error, without its log lines. */
function reasonIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^(level|time)=/.test(line));
  return (
    lines
      .slice(lines.findLastIndex((line) => line.startsWith("Error:")))
      .join(" ")
      .replace(/^Error: /, "") || "it gave no reason"
  );
}
