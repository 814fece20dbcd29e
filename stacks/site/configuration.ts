import * as pulumi from "@pulumi/pulumi";
import { SECRETS_KEY } from "./schema";

/**
 * The settings of the running stack, without secrets; keys have no project prefix. The engine starts the program and the policy packs with
 * the same configuration, so both read the same settings.
 */
export function stackSettings(): Readonly<Record<string, unknown>> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix) && key !== prefix + SECRETS_KEY)
      .map(([key, value]) => [key.slice(prefix.length), parsed(value)]),
  );
}

/** The engine passes an object as JSON and a single text as it is. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value, (_, each: unknown) => (typeof each === "string" ? asWritten(each) : each)) as unknown;
  } catch {
    return value;
  }
}

/** A time as Go prints it: https://pkg.go.dev/time#Time.String */
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([-+]\d\d)(\d\d) \S+$/;

/**
 * A date or time without quotes is a time to the YAML reader of the engine, which passes it on as Go prints it, and a text to ours. Midnight
 * in UTC is taken for a day.
 */
function asWritten(text: string): string {
  const [, day = "", time = "", hours = "", minutes = ""] = GO_TIME.exec(text) ?? [];
  if (day === "") return text;
  const utc = hours === "+00" && minutes === "00";
  return utc && time === "00:00:00" ? day : `${day}T${time}${utc ? "Z" : `${hours}:${minutes}`}`;
}
