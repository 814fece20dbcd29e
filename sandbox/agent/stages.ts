import { parseAllDocuments, stringify } from "yaml";
import { choiceInJq, type Programs } from "./programs";

interface Stage {
  readonly spec: {
    readonly resourceRef: { readonly kind: string };
    readonly selector: { readonly matchExpressions: readonly unknown[] };
  };
}

/** The stages by which KWOK plays pods, without those pods that run as processes: the agent alone reports on them. */
export function stagesWithout(stages: string, programs: Programs): string {
  const played = { key: choiceInJq(programs), operator: "NotIn", values: ["true"] };
  return parseAllDocuments(stages)
    .map((document) => document.toJS() as Stage)
    .map((stage) => {
      const { resourceRef, selector } = stage.spec;
      if (resourceRef.kind !== "Pod") return stage;
      return { ...stage, spec: { ...stage.spec, selector: { ...selector, matchExpressions: [...selector.matchExpressions, played] } } };
    })
    .map((stage) => stringify(stage))
    .join("---\n");
}
