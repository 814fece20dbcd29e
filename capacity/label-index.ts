import { labelOf, type Labels } from "./labels";
import { grouped } from "./packing/grouped";

/** Finds the items that have all of some labels, in their order, so that as many selectors as there are items find theirs without trying each. */
export function labelIndex<Item extends { readonly labels: Labels }>(items: readonly Item[]): (wanted: Labels) => readonly Item[] {
  const labelled = items.flatMap((item) => Object.entries(item.labels).map((label) => ({ label: JSON.stringify(label), item })));
  const byLabel = new Map([...grouped(labelled, ({ label }) => label)].map(([label, found]) => [label, found.map(({ item }) => item)]));
  return (wanted) => {
    const lists = Object.entries(wanted).map((label) => byLabel.get(JSON.stringify(label)) ?? []);
    const fewest = Math.min(...lists.map(({ length }) => length));
    const shortest = lists.find(({ length }) => length === fewest) ?? items;
    return shortest.filter(({ labels }) => Object.entries(wanted).every(([key, value]) => labelOf(labels, key) === value));
  };
}
