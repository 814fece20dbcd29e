import { IN_ADMISSION, NOT_IN_ADMISSION } from "../../policies/admission";
import { counted, styled } from "../../terminal/text";

/** Which rules the cluster's own admission holds for what is made at run time, and why it does not hold the others. */
export function admissionText(): string {
  const held = Object.entries(IN_ADMISSION);
  const width = Math.max(...held.map(([rule]) => rule.length));
  const rules = NOT_IN_ADMISSION.flatMap((each) => each.rules);
  return [
    styled("bold", `${counted(held.length, "rule")} held by the API server too, for what is made at run time`),
    ...held.map(([rule, where]) => `  ${rule.padEnd(width)}  ${where}`),
    "",
    styled("bold", `${counted(rules.length, "rule")} judged before only`),
    ...NOT_IN_ADMISSION.flatMap((each) => [`  ${each.because}`, ...each.rules.map((rule) => `    ${rule}`)]),
  ].join("\n");
}
