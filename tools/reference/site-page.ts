import { PREFIX } from "../../stacks/site/stack-file";
import { allowedAt, defaultOf, mustBeGiven, SITE_KEYS, typeOf, type Key } from "../site/keys";
import { inShort } from "../site/values";

/** A key on the page with its path and its readers. */
interface Entry {
  readonly path: string;
  readonly key: Key;
  readonly readBy: readonly string[];
}

/** The keys of one table: those of an object, or of one kind of a union. */
interface Section {
  readonly title: string;
  readonly description: string | undefined;
  readonly entries: readonly Entry[];
}

/** The reference page of the site file: each concern with all its keys, and a table for each kind of a union. */
export function sitePage(): string {
  const concerns = SITE_KEYS.shape.kind === "object" ? [...SITE_KEYS.shape.keys] : [];
  return [
    "# The site file",
    "",
    "Generated from the settings by `npm run reference`; do not edit. `<name>` is a name of the site's own choosing, `[]` each element of a",
    "list. A key without a default must be written, unless what holds it is left out.",
    ...concerns.flatMap(([name, key]) => [
      "",
      `## ${PREFIX}${name}`,
      ...sections({ path: PREFIX + name, key, readBy: key.facts.readBy ?? [name] }).flatMap(sectionLines),
    ]),
    "",
  ].join("\n");
}

/** Paths of the keys that have no description; elements of a list share the description of the list. */
export function undescribed(): readonly string[] {
  const root: Entry = { path: "", key: SITE_KEYS, readBy: [] };
  const silent = everything(root).filter(({ path, key }) => key.facts.description === undefined && !path.endsWith("[]"));
  return [...new Set(silent.map(({ path }) => path))];
}

function everything(entry: Entry): readonly Entry[] {
  return [...entriesBelow(entry), ...options(entry)].flatMap((each) => [each, ...everything(each)]);
}

function sections(entry: Entry, title?: string): readonly Section[] {
  const { key, path } = entry;
  const kinds = options(entry);
  const flat = kinds.length > 0 ? [] : flattened(entry);
  const unions = flat.filter((each) => each.key.shape.kind === "union");
  const rows = flat.length === 0 && kinds.length === 0 ? [entry] : flat;
  return [
    { title: title ?? "", description: key.facts.description, entries: kinds.length > 0 ? [] : rows },
    ...kinds.flatMap((kind) => sections(kind, `${path}, ${kind.kind}`)),
    ...unions.flatMap((union) => sections(union, union.path)),
  ];
}

/** All keys below an entry, those inside objects, maps and lists included, and those inside unions left out. */
function flattened(entry: Entry): readonly Entry[] {
  return entriesBelow(entry).flatMap((each) => [each, ...flattened(each)]);
}

function entriesBelow({ path, key, readBy }: Entry): readonly Entry[] {
  const at = (name: string, below: Key): Entry => ({ path: path + name, key: below, readBy: below.facts.readBy ?? readBy });
  const { shape } = key;
  switch (shape.kind) {
    case "object":
      return [...shape.keys].map(([name, below]) => at(path === "" ? PREFIX + name : `.${name}`, below));
    case "map":
      return [at(".<name>", shape.element)];
    case "list":
      return shape.element.shape.kind === "value" ? [] : [at("[]", shape.element)];
    case "union":
    case "value":
      return [];
    default:
      return shape satisfies never;
  }
}

function options({ path, key: { shape }, readBy }: Entry): readonly (Entry & { readonly kind: string })[] {
  if (shape.kind !== "union") return [];
  return [...shape.options].map(([choice, key]) => ({
    path,
    key,
    readBy: key.facts.readBy ?? readBy,
    kind: `${shape.discriminator}: ${choice}`,
  }));
}

function sectionLines({ title, description, entries }: Section): readonly string[] {
  return [
    ...(title === "" ? [] : ["", `### ${title}`]),
    ...(description === undefined ? [] : ["", `${description.replace(/\.?$/, ".")}`]),
    ...(entries.length === 0
      ? []
      : [
          "",
          "| key | what | type | unit | default | example | read by |",
          "|---|---|---|---|---|---|---|",
          ...entries.map((entry) => `| ${cells(entry).map(escaped).join(" | ")} |`),
        ]),
  ];
}

function cells({ path, key, readBy }: Entry): readonly string[] {
  const { description = "", unit = "", examples = [] } = key.facts;
  const fallback = defaultOf(key);
  const allowed = allowedAt(key);
  return [
    code(path),
    description,
    allowed === "" ? typeOf(key) : `${typeOf(key)}: ${allowed}`,
    unit,
    mustBeGiven(key) ? "" : fallback === undefined ? "nothing" : code(inShort(fallback)),
    examples.map((example) => code(inShort(example))).join(", "),
    readBy.join(", "),
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
