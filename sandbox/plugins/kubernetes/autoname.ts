import { createHash, randomBytes } from "node:crypto";
import { isMap, Secret, type PropertyMap, type PropertyValue } from "../properties";
import { annotation } from "./annotations";

/** `<prefix><8 hex digits>`; the same seed gives the same digits, so that a preview names what the update then makes. */
export function uniqueName(prefix: string, seed: Uint8Array): string {
  const digits = seed.length === 0 ? randomBytes(4) : createHash("sha256").update(seed).digest();
  return prefix + digits.toString("hex").slice(0, 8);
}

/**
 * Names an object whose program gave no name: as before, when the old one was named automatically; else `<resource name>-<8 hex digits>`. Objects with `generateName` or with a name
 * that is not known yet are left alone.
 */
export function withAutoname(news: PropertyMap, olds: PropertyMap, resourceName: string, seed: Uint8Array): PropertyMap {
  const metadata = bare(news["metadata"]) ?? {};
  if (!isMap(metadata) || present(metadata["name"])) return news;
  if (present(metadata["generateName"])) return news;
  const before = bare(olds["metadata"]);
  const oldName = isMap(before) && isAutonamed(before) ? before["name"] : undefined;
  return {
    ...news,
    metadata: {
      ...metadata,
      annotations: { ...asMap(metadata["annotations"]), [annotation.autonamed]: "true" },
      name: oldName ?? uniqueName(`${resourceName}-`, seed),
    },
  };
}

function isAutonamed(metadata: PropertyMap): boolean {
  return asMap(metadata["annotations"])[annotation.autonamed] === "true";
}

function bare(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}

function asMap(value: PropertyValue | undefined): PropertyMap {
  const inner = bare(value);
  return isMap(inner) ? inner : {};
}

function present(value: PropertyValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}
