import { findingSentence } from "#af/policies/engine";
import type { Finding } from "#af/policies/model/rules";

/** What the packs say about a stack, to the letter and in the order of letters: level, severity, rule, object, path, message and remedy. */
export type Judgements = readonly string[];

/** Findings of a plan as the engine prints them. */
export function judgementsOf(findings: readonly Finding[]): Judgements {
  return findings.map((finding) => `${finding.enforcement} ${finding.severity} ${finding.rule}: ${findingSentence(finding)}`).sort();
}

/** What the packs say in each preview and update that the engine has printed, in order. */
export function judgementsIn(output: string): readonly Judgements[] {
  return output
    .split(/^Policies:$/m)
    .slice(1)
    .map((part) =>
      // Below its head a violation has the title of its rule, and then what the rule says.
      [...part.matchAll(/^ +- \[(\w+)\] \[severity: (\w+)\] +([\w-]+) .*\n +.*\n +(.*)$/gm)]
        .map(([, level, severity, rule, said]) => `${level} ${severity} ${rule}: ${said}`)
        .sort(),
    );
}
