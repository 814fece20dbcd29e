import { memoize } from "../../capacity/memoize";
import { IMAGE_SOURCES, repositoryOf } from "../../components/image-sources";
import type { Role } from "../../components/tenancy/roles";
import type { Site } from "./schema";

/** Where the images may come from that run in the namespace of a role: folders of a registry, which end in `/`, and repositories. */
export interface KnownSources {
  /** What the facility lists for the role, and the folders from which users may choose themselves. */
  readonly listed: readonly string[];
  /** Repositories of all images that the site file names, whatever for: the operators have written them themselves. */
  readonly named: readonly string[];
}

/** Where the images may come from that run in the namespace of a role of a site. */
export function knownSources(site: Site, role: Role): KnownSources {
  return { listed: [...IMAGE_SOURCES[role], ...foldersNamedIn(site, role)], named: imagesNamedIn(site) };
}

/** Each role is asked for, and all have the same. */
const imagesNamedIn = memoize((site: Site): readonly string[] => {
  const found = new Set<string>();
  const look = (value: unknown, key: string): void => {
    if (typeof value === "string" && /image$/i.test(key)) found.add(repositoryOf(value));
    if (typeof value === "object" && value !== null) for (const [below, each] of Object.entries(value)) look(each, below);
  };
  look(site, "");
  return [...found].sort();
});

/** Folders from which users may choose images themselves, with the registry that a runtime fills in. */
function foldersNamedIn({ servicex }: Site, role: Role): readonly string[] {
  const folders = role === "servicex" && "allowedImages" in servicex ? servicex.allowedImages : [];
  return folders.map((folder) => repositoryOf(`${folder}image`).slice(0, -"image".length));
}
