import type { Finding } from "../../policies/model/rules";
import type { RecordedResource, Recording } from "../../stacks/record";
import { redactedInputs } from "../../policies/redact";
import { HIDDEN } from "../../policies/engine-values";
import { formsOf } from "./secret-forms";

/** A resource with its inputs as they may be shown. */
export interface SafeResource {
  readonly resource: RecordedResource;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Hides the secrets of a recording, and finds those that the program would have shown: a placeholder that can still be read, as it is or in
 * another form, has lost its mark on the way through the program, so the real secret could be read in state and preview. Such a placeholder is
 * hidden too, and each place of it is a finding.
 */
export function withoutSecrets({ resources, placeholders }: Recording): {
  readonly safe: readonly SafeResource[];
  readonly findings: readonly Finding[];
} {
  const forms = Object.entries(placeholders).flatMap(([name, text]) => formsOf(text).map((form) => ({ name, form })));
  const findings: Finding[] = [];
  const safe = resources.map((resource) => {
    const hide = (value: unknown, path: string): unknown => {
      if (typeof value === "string") {
        const inOneLine = /[\r\n]/.test(value) ? value.replaceAll(/[\r\n]/g, "") : undefined;
        const leak = forms.find(({ form }) => value.includes(form) || inOneLine?.includes(form));
        if (!leak) return value;
        findings.push(finding(resource, path, leak.name));
        return HIDDEN;
      }
      if (Array.isArray(value)) return value.map((element, index) => hide(element, `${path}[${index}]`));
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hide(each, path === "" ? key : `${path}.${key}`)]));
    };
    return { resource, inputs: hide(redactedInputs(resource.type, resource.inputs), "") as Readonly<Record<string, unknown>> };
  });
  return { safe, findings };
}

function finding({ type, name }: RecordedResource, path: string, secret: string): Finding {
  return {
    rule: "secrets-stay-secret",
    pack: "security",
    severity: "critical",
    enforcement: "mandatory",
    object: { apiVersion: "", kind: type.split(":").at(-1) ?? type, namespace: "", name },
    path,
    message: `af:secrets.${secret} is readable here; allowed: only values that are marked as secret`,
    remedy: "Keep the value an Output on its way: use apply or pulumi.interpolate, and put it into a Secret.",
    frameworks: ["facility:F-15"],
  };
}
