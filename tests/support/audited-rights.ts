import * as fs from "node:fs";
import type { V1PolicyRule } from "@kubernetes/client-node";

/** A line of the API server's audit log (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/). */
interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: { readonly apiGroup?: string; readonly resource: string; readonly subresource?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a user has asked of objects and was allowed, as `verb group/resource`, each once and in order. */
export function usedRights(auditLog: string, user: string): readonly string[] {
  const lines = fs.readFileSync(auditLog, "utf8").trim().split("\n");
  const used = lines.flatMap((line) => {
    const { user: asking, verb, objectRef, annotations = {} } = JSON.parse(line) as AuditEvent;
    if (asking.username !== user || objectRef === undefined || annotations["authorization.k8s.io/decision"] !== "allow") return [];
    const { apiGroup = "", resource, subresource } = objectRef;
    return [`${verb} ${apiGroup}/${[resource, subresource].filter(Boolean).join("/")}`];
  });
  return [...new Set(used)].sort();
}

/** What rules of roles give, one by one, in the words of {@link usedRights}. */
export function givenRights(rules: readonly V1PolicyRule[]): readonly string[] {
  return rules
    .flatMap(({ apiGroups = [], resources = [], verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
    )
    .sort();
}
