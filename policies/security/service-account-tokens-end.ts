import { is } from "../model/objects";
import type { ObjectRule } from "../model/rules";

/** Type of a Secret that the API server fills with a token of an account. */
const TYPE = "kubernetes.io/service-account-token";

export const serviceAccountTokensEnd: ObjectRule = {
  name: "service-account-tokens-end",
  pack: "security",
  title: "No Secret holds a token of an account that never ends.",
  why: "The API server fills a Secret of this type with a token that is valid until the Secret is deleted, wherever a copy of it went. The token that the kubelet mounts ends within the hour, and with its pod.",
  sources: ["https://kubernetes.io/docs/concepts/security/service-accounts/#get-a-token"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Mount a projected token (volumes[].projected.sources[].serviceAccountToken), or ask for one: kubectl create token.",
  frameworks: ["facility:IDN-07"],
  scope: "object",
  check: (object, judgement) => {
    if (!is(object, "v1", "Secret")) return;
    judgement.countChecked();
    const type = object.root.at("type");
    judgement.attempt(() => {
      if (type.text() === TYPE) judgement.violation(type, `the type is ${TYPE}, a token without an end; allowed: other types`);
    });
  },
};
