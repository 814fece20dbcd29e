import { PACKING_VERDICTS } from "../../capacity/packing/prove";
import type { PlannedState } from "./planned-state";

type Finding = PlannedState["findings"][number];
type Answer = PlannedState["capacity"]["answers"][number];

/** A question of capacity whose answer changes. */
export interface AnswerChange {
  /** The question for people, such as `servers of Large`. */
  readonly about: string;
  readonly before: Answer | undefined;
  readonly after: Answer | undefined;
  readonly worse: boolean;
}

/** How the verdicts about a facility change. */
export interface VerdictChanges {
  readonly newFindings: readonly Finding[];
  readonly goneFindings: readonly Finding[];
  readonly answers: readonly AnswerChange[];
  /** True if something mandatory is new, or an answer is worse than before. */
  readonly worse: boolean;
}

/** Verdicts of capacity, the worst last. */
const VERDICTS: readonly Answer["verdict"][] = PACKING_VERDICTS;

/** How the verdicts change from one plan to another. Without a plan before, everything that is found is new. */
export function verdictChanges(before: PlannedState | undefined, after: PlannedState): VerdictChanges {
  const [old, now] = [new Map((before?.findings ?? []).map(keyed)), new Map(after.findings.map(keyed))];
  const newFindings = [...now].filter(([key]) => !old.has(key)).map(([, finding]) => finding);
  const answers = answerChanges(before?.capacity.answers ?? [], after.capacity.answers);
  return {
    newFindings,
    goneFindings: [...old].filter(([key]) => !now.has(key)).map(([, finding]) => finding),
    answers,
    worse: newFindings.some(({ enforcement }) => enforcement === "mandatory") || answers.some((answer) => answer.worse),
  };
}

/** A finding is the same as another one of the same rule about the same field, whatever figures its message holds. */
function keyed(finding: Finding): readonly [string, Finding] {
  const { rule, object, path, message, enforcement } = finding;
  return [JSON.stringify([rule, enforcement, object, path, message.replace(/\d+/g, "0")]), finding];
}

function answerChanges(before: readonly Answer[], after: readonly Answer[]): readonly AnswerChange[] {
  const [old, now] = [new Map(before.map(byQuestion)), new Map(after.map(byQuestion))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [first, second] = [old.get(key), now.get(key)];
    if (first && second && first.verdict === second.verdict && first.need === second.need && first.have === second.have) return [];
    const worse = second !== undefined && VERDICTS.indexOf(second.verdict) > (first === undefined ? 0 : VERDICTS.indexOf(first.verdict));
    return [{ about: second?.about ?? first?.about ?? key, before: first, after: second, worse }];
  });
}

/** The same question before and after: which host or rack is the worst one may change. */
function byQuestion(answer: Answer): readonly [string, Answer] {
  return [answer.question === "servers" ? `servers ${answer.about}` : answer.question, answer];
}
