import { rateAnswer } from "../../capacity/rates/answer";
import { rateText } from "../../capacity/rates/bit-rate";
import { failOver } from "../../components/data/xcache-local";
import type { Site } from "../../stacks/site/schema";
import type { DataRates } from "./rates";

/**
 * One sentence about what the cache does while the site's own doors do not answer, and which rate is left then; undefined where it asks no doors first. The rate
 * is that of the way without the doors: nobody states what the federation sends, so it is an upper bound and no more.
 */
export function failOverSentence({ data }: Site, rates: DataRates | undefined): string | undefined {
  const told = failOver(data);
  if (told === undefined) return undefined;
  const { door, origin, silences, within } = told;
  const moves = `after ${silences} greetings without an answer of ${door}, within ${within} s, the cache asks ${origin} for what it does not have`;
  return `${moves}, and the doors again when they answer${rates === undefined ? "" : `; ${rateThen(rates)}`}`;
}

function rateThen({ path, answer }: DataRates): string {
  if (answer.stages.some(({ name, load }) => name === "doors" && load?.over === 0n)) return "nothing of what is read comes from there";
  const { rate } = rateAnswer({ ...path, doors: undefined });
  return `what the federation sends is not stated${rate === undefined ? "" : `; the rest of the way carries at most ${rateText(rate)}`}`;
}
