import { objectName } from "../../policies/model/rules";
import { inRepository, type PolicyReport } from "./report";

/**
 * The report as commands to GitHub's runner, which shows each finding beside its line
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message).
 */
export function annotations({ verdict, unread, placeOf }: PolicyReport): string {
  const found = verdict.findings.map(({ rule, enforcement, object, path, message, remedy }) => {
    const { file, line } = placeOf(object);
    const about = `${objectName(object)}${path === "" ? "" : ` ${path}`}`;
    const level = enforcement === "mandatory" ? "error" : "warning";
    return `::${level} file=${property(inRepository(file) ?? file)},line=${line},title=${property(rule)}::${data(`${about}: ${message}. ${remedy}`)}`;
  });
  return [...found, ...unread.map((text) => `::error title=${property("not judged")}::${data(text)}`)].join("\n");
}

/** Text after the command, in which the runner reads these marks as its own (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts). */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
