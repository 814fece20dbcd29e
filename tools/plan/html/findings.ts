import { objectName, type Finding } from "../../../policies/model/rules";
import { passes, type PackVerdict } from "../../../policies/judge";
import { counted } from "../../../terminal/text";
import { exceptionsUsed } from "../../findings";
import { html, type Markup } from "./markup";

/** What both packs and the schemas have found, violations first, with the way to mend each; and the exceptions that stand. */
export function findingList(site: string, findings: readonly Finding[], verdict: PackVerdict): Markup {
  const mandatory = findings.filter(({ enforcement }) => enforcement === "mandatory");
  const hints = findings.filter(({ enforcement }) => enforcement !== "mandatory");
  const exceptions = exceptionsUsed(verdict);
  return html`<section class="findings">
    <h3>
      Rules:
      <span class="verdict ${passes(findings) ? "fits" : "not"}"
        >${mandatory.length === 0 ? "pass" : counted(mandatory.length, "violation")}</span
      >
      <span class="dim">${hints.length === 0 ? "" : counted(hints.length, "hint")}</span>
    </h3>
    ${
      [...mandatory, ...hints].length === 0
        ? ""
        : html`<ul>
            ${[...mandatory, ...hints].map(item)}
          </ul>`
    }
    ${
      exceptions.length === 0
        ? ""
        : html`<details>
            <summary>${counted(exceptions.length, "standing exception")}<span class="unseen"> at ${site}</span></summary>
            <ul>
              ${exceptions.map(({ rule, allowed, because, objects }) => html`<li><b>${rule}</b>: ${allowed}, because ${because}: ${objects.join(", ")}</li>`)}
            </ul>
          </details>`
    }
  </section>`;
}

function item({ rule, enforcement, object, path, message, remedy }: Finding): Markup {
  return html`<li>
    <span class="verdict ${enforcement === "mandatory" ? "not" : "risk"}">${enforcement}</span> <b>${rule}</b>:
    ${object.kind === "Stack" ? "" : `${[objectName(object), path].filter(Boolean).join(" ")}: `}${message}.
    <span class="dim">${remedy}</span>
  </li>`;
}
