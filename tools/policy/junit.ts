import { objectName, pageOf, PACKS, type Finding, type Rule } from "../../policies/model/rules";
import { fromHere, type PolicyReport } from "./report";

/**
 * The report as JUnit's XML, as its readers know it (https://github.com/testmoapp/junitxml): a suite for each pack, a case for each rule, and
 * one for what could not be read. An advisory finding is output of its case, and no failure.
 */
export function junit({ verdict, unread, placeOf }: PolicyReport, rules: readonly Rule[]): string {
  const { findings, skipped } = verdict;
  const line = ({ object, path, message }: Finding): string => {
    const { file, line: at } = placeOf(object);
    return `${fromHere(file)}:${at}: ${objectName(object)}${path === "" ? "" : ` ${path}`}: ${message}`;
  };
  const caseOf = ({ name, pack, remedy, enforcement }: Rule): string => {
    const own = findings.filter(({ rule }) => rule === name);
    const text = escaped([...own.map(line), ...(own.length > 0 ? [`${remedy} (${pageOf(name)})`] : [])].join("\n"));
    const reason = skipped[name];
    const failed = own.some((finding) => finding.enforcement === "mandatory");
    const body =
      reason !== undefined
        ? `<skipped message="${escaped(reason)}"/>`
        : own.length === 0
          ? ""
          : failed
            ? `<failure type="${enforcement}" message="${own.length} found">${text}</failure>`
            : `<system-out>${text}</system-out>`;
    return `    <testcase classname="${pack}" name="${name}">${body}</testcase>`;
  };
  const failedIn = (pack: string) =>
    new Set(findings.filter((each) => each.pack === pack && each.enforcement === "mandatory").map(({ rule }) => rule)).size;
  const suites = PACKS.map((pack) => {
    const own = rules.filter((rule) => rule.pack === pack);
    const left = own.filter(({ name }) => skipped[name] !== undefined).length;
    return suite(pack, own.map(caseOf), { failures: failedIn(pack), errors: 0, skipped: left });
  });
  const errors = unread.map(
    (text) => `    <testcase classname="files" name="${escaped(text.split(": ")[0] ?? "")}"><error message="${escaped(text)}"/></testcase>`,
  );
  const files = errors.length === 0 ? [] : [suite("files", errors, { failures: 0, errors: errors.length, skipped: 0 })];
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, ...files, "</testsuites>"].join("\n");
}

function suite(name: string, cases: readonly string[], counts: Readonly<Record<"failures" | "errors" | "skipped", number>>): string {
  const attributes = Object.entries({ tests: cases.length, ...counts }).map(([key, count]) => `${key}="${count}"`);
  return [`  <testsuite name="${name}" ${attributes.join(" ")}>`, ...cases, "  </testsuite>"].join("\n");
}

/** Text without what XML reads as markup, and without the marks that no XML may hold (https://www.w3.org/TR/xml/#charsets). */
function escaped(text: string): string {
  const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}
