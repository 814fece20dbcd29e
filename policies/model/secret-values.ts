import { parse } from "yaml";

/** The values that a Secret holds for a chart; the text itself where it is no YAML. */
export function valuesIn(base64: string): unknown {
  const text = Buffer.from(base64, "base64").toString();
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}
