import { rateText } from "../../capacity/rates/bit-rate";
import { table } from "../../terminal/table";
import { styled } from "../../terminal/text";
import type { Site } from "../../stacks/site/schema";
import { CHANGES } from "./capacity";
import { failOverSentence } from "./fail-over";
import { changeSentence, hostSentences, rateSentence, stageNote, type DataRates } from "./rates";

/** Lines about the data rate for people: the stages of the way, what limits it, and what helps. */
export function rateLines(rates: DataRates | undefined): readonly string[] {
  if (rates === undefined) return [styled("dim", "data rate  not asked; af:data.analysis says what reads the data (docs/data-rate.md)")];
  const { answer, changes } = rates;
  const rows = answer.stages.map((stage) => [stage.name, stage.bound ? rateText(stage.bound) : "-", stageNote(stage, answer)]);
  return [
    ...table(["data rate, from doors to cores", "at most", "note"], rows, ["at most"]),
    `  ${answer.verdict}: ${rateSentence(rates)}`,
    ...hostSentences(rates).map((sentence) => `  ${sentence}`),
    ...changes.slice(0, CHANGES).map((change, index) => `  ${index === 0 ? "smallest change" : "or"}: ${changeSentence(change)}`),
  ];
}

/** The line about doors that do not answer; none where the cache asks no doors first. */
export function failOverLines(site: Site, rates: DataRates | undefined): readonly string[] {
  const sentence = failOverSentence(site, rates);
  return sentence === undefined ? [] : [`doors away  ${sentence}`];
}
