/** Texts that are credentials by their form, with what they are called in messages. */
const FORMS: readonly (readonly [form: RegExp, what: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  // `-----BEGIN` and `PRIVATE KEY`, which stands at one of three places of a group of base64.
  [/LS0tLS1CRUdJTi[\w+/]{0,24}(UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)/, "a private key in base64"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./, "a JSON web token"],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "a key of AWS"],
  [/\bgh[pousr]_\w{30,}|\bgithub_pat_\w{30,}/, "a token of GitHub"],
  [/\bglpat-[\w-]{20,}/, "a token of GitLab"],
  [/\bxox[abeoprs]-[\w-]{10,}/, "a token of Slack"],
  [/\bAIza[\w-]{35}\b/, "a key of Google"],
  [/\b(sk|rk)_live_\w{16,}/, "a key of Stripe"],
  [/\bBearer [\w.~+/-]{16,}=*/, "a bearer token"],
  [/\$(2[aby]|5|6|y|argon2id?)\$[\w./$=,]{20,}/, "the hash of a password"],
];
/** What every text of one of these forms has. */
const HINT = /PRIVATE KEY|LS0tLS1CRUdJTi|eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|AIza|_live_|Bearer |\$(2|5|6|y|argon)/;

/** What credential a text is by its form alone, wherever it stands; undefined if it is none. */
export function credentialByForm(text: string): string | undefined {
  return HINT.test(text) ? FORMS.find(([pattern]) => pattern.test(text))?.[1] : undefined;
}

/** A user and a password before the host of a URL. */
const USER_INFO = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

/** Ends of names that stand for a credential: `PGPASSWORD`, `dbPassword`, `client-secret`, `SECRET_KEY_BASE`. */
const TELLING_NAME =
  /(PASS(WORD|WD|PHRASE)|(^|_)(PASS|PWD)|(^|_)DBPASS|SECRET|TOKEN|CREDENTIALS?|API_?KEYS?|(ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|CRYPT|MASTER|SHARED|AUTH|HMAC|JWT|FERNET|POOL)_?KEYS?|SECRET_KEY_BASE|COOKIE_SECRET)$/;
/** Names that end like those of credentials and are none. */
const NOT_TELLING =
  /^(OLD_?)?PWD$|PUBLIC_KEY|(TLS|EXISTING|IMAGE_?PULL|PULL)_?SECRET$|(^|_)(EMPTY|NO|WITHOUT|DISABLE|REQUIRE|USE|ENABLE|SHOW|ALLOW)_[A-Z_]*$/;
/** Names of keys that tell nothing else; only a value that nobody would make up is then a credential. */
const KEY_NAME = /_KEYS?$/;
const FINGERPRINT = /(GPG|PGP|CACHE|SORT|PARTITION|PRIMARY|FOREIGN|HOST|PUBLIC)_KEYS?$/;

/** Values that are no credential: nothing, a switch, a number, a word for "none", a path, a place to be filled in. */
const HARMLESS_VALUE =
  /^(|true|false|yes|no|on|off|none|null|nil|never|always|auto|optional|required|enabled|disabled|default|\d{1,6}|\*+|x+)$|^~?\.{0,2}\/[\w./-]*$|^`|\{\{.*\}\}|^<.*>$|^%\(?\w+|^(file|vault|env|secret|ref):/i;
/**
 * A reference to a variable, as Kubernetes, a shell or a template writes it. Without brackets its name is of letters, or of capitals and digits, so that it is
 * none of the passwords that people write with a `$` in place of an s.
 */
const REFERENCE = /^\$+($|[({]|\d(?!\w)|[A-Z_][A-Z\d_]*(?!\w)|[A-Za-z_]+(?!\w))/;
/** Names of objects of Kubernetes: two words or more, joined by hyphens, none of them a jumble of letters and digits. */
const OBJECT_NAME = /^[a-z]+[0-9]?(-([a-z]+[0-9]?|\d{1,2}))+(\.[a-z-]+)*$/;
const URL_ALONE = /^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i;

/**
 * What credential a text is, by its own form, or by the name that it has together with its form; undefined if it is none. The text itself is never repeated.
 * @param name of the variable, key or option; camel case, hyphens and underscores are alike.
 */
export function credentialIn(name: string, text: string): string | undefined {
  const form = credentialByForm(text);
  if (form !== undefined) return form;
  const password = USER_INFO.exec(text)?.[1];
  if (password !== undefined && !HARMLESS_VALUE.test(password) && !REFERENCE.test(password) && !/[{<]|\$\(/.test(password))
    return "a password in a URL";
  const value = text.trim();
  if (HARMLESS_VALUE.test(value) || REFERENCE.test(value) || URL_ALONE.test(value) || /\s/.test(value)) return undefined;
  const spelt = spelling(name);
  if (TELLING_NAME.test(spelt) && !NOT_TELLING.test(spelt)) {
    // A variable of that name may hold the name of a Secret.
    return /(SECRET|CREDENTIALS?|TOKEN)$/.test(spelt) && OBJECT_NAME.test(value) ? undefined : "a credential, by its name";
  }
  if (KEY_NAME.test(spelt) && !FINGERPRINT.test(spelt) && isRandom(value)) return "a key, by its name and its form";
  return undefined;
}

/** An option or a variable with its value, which may be in quotes. With spaces around the sign it must be. A call is no value. */
const ASSIGNED =
  /(?<![\w.$-])-{0,2}([A-Za-z][\w.-]*?)["']?(?:=|[ \t]+=[ \t]+(?=["'])|(?<=--[\w-]+)[ \t]+)(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"';&|,(){}[\]]+)(?!\w*\())/g;
/** A line of YAML, JSON or of a properties file that says nothing else. In YAML it may begin a member of a list, and end with a comment. */
const LINE =
  /^[ \t]*(?:-[ \t]+)*["']?([A-Za-z][\w.-]*)["']?[ \t]*:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'(){}[\],;]+)),?[ \t]*(?:(?<=[ \t])#.*)?$/gm;
/** A member of an object in JSON, or in YAML that is written like it, whose value is in quotes. */
const MEMBER = /[{,]\s*["']?([A-Za-z][\w.-]*)["']?[ \t]*:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)')/g;

/**
 * Credentials in a line of a command, or in a text of several lines such as a script or a configuration: options (`--password x`, `--token=x`), assignments
 * (`PGPASSWORD=x psql`, `password: x`), members of objects (`{"password": "x"}`), and everything that {@link credentialIn} knows by its form.
 * @returns what each of them is, with its name where it has one.
 */
export function credentialsIn(text: string): readonly string[] {
  const own = credentialIn("", text);
  const assigned = [...text.matchAll(ASSIGNED), ...text.matchAll(LINE), ...text.matchAll(MEMBER)];
  const named = assigned.flatMap(([, name = "", ...values]) => {
    const value = values.find((each) => each !== undefined) ?? "";
    const found = credentialIn(name.split(".").at(-1) ?? "", value);
    // A bare word that code assigns is the name of a variable, not a credential.
    return found?.endsWith("its name") && !/["']/.test(text) && /^[a-z_.]+$/i.test(value) && /[_.]/.test(value)
      ? []
      : found
        ? [`${found} (${name})`]
        : [];
  });
  return [...new Set([...(own === undefined ? [] : [own]), ...named])];
}

function spelling(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z\d]+/g, "_")
    .toUpperCase();
}

/** True for 16 characters or more that mix kinds of characters as no word does: digits in hexadecimal or base64. */
function isRandom(value: string): boolean {
  return (
    (/^[0-9a-f]{32,}$/i.test(value) && /\d/.test(value)) ||
    (/^[\w+/-]{20,}=*$/.test(value) && /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value))
  );
}
