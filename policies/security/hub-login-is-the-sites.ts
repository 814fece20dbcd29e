import { checkValues } from "../../components/hub/check-access";
import { loginConfig, type Login } from "../../components/hub/login";
import { hubUrl } from "../../components/hub/parts";
import { publicIngressOf } from "../../components/platform/public-ingress";
import type { Field } from "../model/field";
import { isFields } from "../model/fields";
import { releaseOf } from "../model/objects";
import type { Judgement, SiteRule } from "../model/rules";

export const hubLoginIsTheSites: SiteRule = {
  name: "hub-login-is-the-sites",
  pack: "security",
  title:
    "Users log in to the hub through the provider of the site file, come back to the hub itself, and only members of the groups listed there get in.",
  why: "Whoever logs in runs programs at the site. A provider's answer that goes to another host gives that host the login; with another provider, or without a list of groups, somebody else decides who is a user, or an administrator.",
  sources: [
    "https://oauthenticator.readthedocs.io/en/latest/topic/allowing.html",
    "https://datatracker.ietf.org/doc/html/rfc9700#section-2.1",
  ],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Say it in af:hub.login and af:hub.host of the site file, from which the facility makes the hub's configuration.",
  frameworks: ["facility:F-14"],
  scope: "site",
  check: (objects, { hub, platform }, on) => {
    for (const object of objects) {
      const judgement = on(object);
      judgement.attempt(() => {
        const release = releaseOf(object);
        if (release?.chart !== "jupyterhub") return;
        judgement.countChecked();
        const { config, code } = loginConfig(hub, hubUrl(hub, publicIngressOf(platform)));
        judgeLogin(release.values.at("hub"), { config, codes: [code, ...Object.values(checkValues(hub).code)] }, judgement);
      });
    }
  },
};

/** Words of code that may change who gets in. */
const DECIDES = /authenticator|\ballow|\badmin_(users|groups)|oauth_callback_url/i;

/** What the facility makes of a site's login: settings by class, and code. */
interface Made extends Pick<Login, "config"> {
  readonly codes: readonly string[];
}

function judgeLogin(hub: Field, { config, codes }: Made, judgement: Judgement): void {
  const given = hub.at("config");
  for (const [name, settings] of Object.entries(config))
    for (const [key, allowed] of Object.entries(settings))
      judgement.attempt(() => {
        const field = given.at(name, key);
        if (!isSame(field, allowed))
          judgement.violation(field, `is ${field.given ? "another" : "left out"}; allowed: ${JSON.stringify(allowed)}, by the site file`);
      });
  // What another class says holds too where the class of the site's provider says nothing: it inherits from some of them.
  const keys = new Set(Object.values(config).flatMap((settings) => Object.keys(settings)));
  judgement.attempt(() => {
    for (const [name, settings] of given.entries())
      if (!Object.hasOwn(config, name))
        judgement.attempt(() => {
          for (const [key, field] of settings.entries())
            if (keys.has(key)) judgement.violation(field, `says it for another class, ${name}; allowed: ${Object.keys(config).join(", ")}`);
        });
  });
  judgement.attempt(() => {
    for (const [, field] of hub.at("extraConfig").entries())
      judgement.attempt(() => {
        const text = field.text() ?? "";
        if (DECIDES.test(text) && !codes.includes(text))
          judgement.violation(field, "is code that can change who logs in; allowed: the code that the facility makes of the site file");
      });
  });
}

/**
 * Whether a field has a value, in whatever order a list has it.
 * @throws {Undetermined} or {Malformed} for what is not known or of another type.
 */
function isSame(field: Field, value: unknown): boolean {
  if (Array.isArray(value)) {
    const items = field.items();
    return items.length === value.length && value.every((each) => items.some((item) => isSame(item, each)));
  }
  if (isFields(value)) {
    const entries = field.entries();
    return entries.length === Object.keys(value).length && entries.every(([name, below]) => isSame(below, value[name]));
  }
  if (typeof value === "boolean") return field.boolean() === value;
  return typeof value === "number" ? field.number() === value : field.text() === value;
}
