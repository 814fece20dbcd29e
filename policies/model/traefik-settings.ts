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
 * The settings in the words of a container, or, where it has no option among them, in its environment: Traefik reads one of the two
 * (https://doc.traefik.io/traefik/getting-started/configuration-overview/). Programs other than Traefik have no such settings.
 */
export function traefikSettings({ field }: Pick<PodContainer, "field">): TraefikSettings {
  const given = [...settingsInWords(field)];
  const settings = new Map<string, TraefikSetting>();
  for (const { key, value, field: at } of given.length > 0 ? given : settingsInEnvironment(field)) {
    const { values } = settings.get(key) ?? { values: [] };
    settings.set(key, { values: [...values, value], field: at });
  }
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

function settingsInWords(container: Field): readonly Given[] {
  // A script for a shell is one word of several.
  const words = ["command", "args"].flatMap((list) =>
    container
      .at(list)
      .items()
      .flatMap((field) => (field.text() ?? "").split(/\s+/).map((text) => ({ text, field }))),
  );
  return words.flatMap(({ text, field }, index) => {
    const [, key, value] = /^--?([a-z][\w.]*\.[\w.]+)(?:=["']?(.*?)["']?)?$/i.exec(text) ?? [];
    if (key === undefined) return [];
    const next = words[index + 1]?.text ?? "-";
    return [{ key: key.toLowerCase(), value: value ?? (next.startsWith("-") ? ON : next), field }];
  });
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
