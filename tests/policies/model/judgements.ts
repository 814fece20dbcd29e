import { reasonOf } from "#af/terminal/failure";
import { objectName, type JudgementOf } from "#af/policies/model/rules";

/** The judgements of no rule, for what rules have in common: what cannot be read is said, with the object that is judged. */
export function judgements(): { readonly on: JudgementOf; readonly said: readonly string[] } {
  const said: string[] = [];
  const on: JudgementOf = (object) => ({
    violation: ({ path }, message) => said.push(`${objectName(object)} ${path}: ${message}`),
    compared: () => undefined,
    countChecked: () => undefined,
    attempt: (check) => {
      try {
        check();
      } catch (error) {
        said.push(`${objectName(object)}: ${reasonOf(error)}`);
      }
    },
  });
  return { on, said };
}
