import type { Field } from "./field";
import type { PodContainer } from "./pods";

/** What a container tells Traefik of its configuration, by dotted keys in lower case. */
export type TraefikSettings = ReadonlyMap<string, TraefikSetting>;

/** A setting that may be given several times: a list gets all values, and of a switch the last one counts. */
export interface TraefikSetting {
  readonly values: readonly string[];
  /** Where it is given last. */
  readonly field: Field;
}

/** A switch without a value is on. */
const ON = "true";

/**
 * Options of the providers that read a cluster which are switches. Traefik takes the word that follows one for no value, and reads no option behind such a
 * word (https://github.com/traefik/paerser/blob/v0.2.2/flag/flagparser.go).
 */
const SWITCH = /^providers\.\w+(\.(allow|disable|experimental|native|safe|strict)\w+)?$/;
/**
 * The other sections of its configuration (https://github.com/traefik/traefik/blob/v3.7.13/pkg/config/static/static_config.go). No option there takes a word
 * such as {@link TRUTH} for a value, so one that it follows is a switch.
 */
const ELSEWHERE =
  /^(accesslog|api|certificatesresolvers|core|entrypoints|experimental|global|hostresolver|log|metrics|ocsp|ping|spiffe|(tcp)?serverstransport|tracing)\./;
const TRUTH = /^(true|false)$/i;

/**
 * The settings in the words of a container, for each line of options by itself, or, where it has no option among them, in its environment: Traefik reads one
 * of the two (https://doc.traefik.io/traefik/getting-started/configuration-overview/). Programs other than Traefik have no such settings.
 */
export function traefikSettings({ field }: Pick<PodContainer, "field">): readonly TraefikSettings[] {
  const lines = linesOfOptions(field);
  return (lines.length > 0 ? lines : [settingsInEnvironment(field)]).map(byKey);
}

function byKey(given: readonly Given[]): TraefikSettings {
  const settings = new Map<string, TraefikSetting>();
  for (const { key, value, field } of given) settings.set(key, { values: [...(settings.get(key)?.values ?? []), value], field });
  return settings;
}

/** True if a switch is on. What Traefik would not take for false is on, so that nothing unclear passes. */
export function isOn({ values }: TraefikSetting): boolean {
  return !/^(false|f|0)$/i.test(values.at(-1) ?? ON);
}

/** The parts of a list that is written with commas. */
export function listed(setting: TraefikSetting | undefined): readonly string[] {
  return setting?.values.flatMap((value) => value.split(",")).filter((each) => each.trim() !== "") ?? [];
}

interface Given {
  readonly key: string;
  readonly value: string;
  readonly field: Field;
}

/** The options among the words of a container. A word that is neither an option nor a value ends a line: the next options may be another program's. */
function linesOfOptions(container: Field): readonly (readonly Given[])[] {
  const words = ["command", "args"].flatMap((list) => container.at(list).items().flatMap(wordsOf));
  const lines: Given[][] = [[]];
  let taken = -1;
  for (const [index, { text, field }] of words.entries()) {
    if (index === taken) continue;
    if (!/^-./.test(text) || text === "--") lines.push([]);
    const [, option, value] = /^--?([a-z][\w.]*\.[\w.]+)(?:=["']?(.*?)["']?)?$/i.exec(text) ?? [];
    if (option === undefined) continue;
    const key = option.toLowerCase();
    const next = words[index + 1]?.text ?? "-";
    const takesNext = value === undefined && !next.startsWith("-") && !SWITCH.test(key) && !(ELSEWHERE.test(key) && TRUTH.test(next));
    lines.at(-1)?.push({ key, value: value ?? (takesNext ? next : ON), field });
    if (takesNext) taken = index + 1;
  }
  return lines.filter((line) => line.length > 0);
}

interface Word {
  readonly text: string;
  readonly field: Field;
}

/** A script for a shell is one word of several. A word that begins with an option may hold more of them, and a value with blanks. */
function wordsOf(field: Field): readonly Word[] {
  const text = field.text() ?? "";
  return text.split(text.startsWith("-") ? /\s+(?=-)/ : /\s+/).map((each) => ({ text: each, field }));
}

function settingsInEnvironment(container: Field): readonly Given[] {
  return container
    .at("env")
    .items()
    .flatMap((variable) => {
      const [, key] = /^TRAEFIK_(PROVIDERS_\w+)$/i.exec(variable.at("name").text() ?? "") ?? [];
      if (key === undefined) return [];
      return [{ key: key.toLowerCase().replaceAll("_", "."), value: variable.at("value").text() ?? "", field: variable }];
    });
}
