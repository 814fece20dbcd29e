import { everyContainer, type ObjectRule } from "../model/rules";

/** Names of variables that hold a credential. A name that ends in FILE or PATH is that of a place, not of a secret. */
const TELLING_NAME = /(^|_)(PASS|PASSWD|PASSWORD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY)$/i;
/** Values that have the form of a credential: PEM keys, JSON web tokens, keys of AWS and GitHub. */
const TELLING_VALUE = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}/;
/** Values that are no secret, whatever the name of the variable: nothing, a switch, a number, a path, a reference to another variable. */
const HARMLESS_VALUE = /^(|true|false|yes|no|none|\d+|\/.*|\$\(\w+\))$/i;

/**
 * The environment of a container is readable by all who may read its pod, and is kept in the state of the stack
 * (https://kubernetes.io/docs/concepts/security/secrets-good-practices/).
 */
export const noSecretLiterals: ObjectRule = {
  name: "no-secret-literals",
  pack: "security",
  title: "No password, token or key is written into a container's environment.",
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Put it into a Secret, mount it as a file, or refer to it with valueFrom.secretKeyRef; and change it, for it has been seen.",
  frameworks: ["Kubescape:C-0012"],
  scope: "object",
  check: everyContainer(({ field, name }, judgement) => {
    for (const variable of field.at("env").items()) {
      judgement.attempt(() => {
        const value = variable.at("value");
        if (!value.given) return;
        const variableName = variable.at("name").text() ?? "";
        const text = value.text() ?? "";
        const telling = (TELLING_NAME.test(variableName) && !HARMLESS_VALUE.test(text)) || TELLING_VALUE.test(text);
        if (telling)
          judgement.violation(
            value,
            `container ${name} has what looks like a credential in ${variableName}, readable by all who may see the pod`,
          );
      });
    }
  }),
};
