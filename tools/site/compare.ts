import { isDeepStrictEqual } from "node:util";
import type { Difference } from "./document";
import { isOwn } from "./keys";
import { placesBelow, spelt, type Place } from "./place";
import { valueOf } from "./values";

/** What is the same and what differs at one path of two sites. */
export interface PlaceComparison {
  /** How many single values are the same. */
  readonly same: number;
  readonly differences: readonly Difference[];
}

/** Compares what is in force at one path of two sites. A list counts as one value, and a union of different kinds as one difference. */
export function comparePlaces(first: Place, second: Place): PlaceComparison {
  if (first.value === undefined && second.value === undefined) return { same: 0, differences: [] };
  if (first.value === undefined || second.value === undefined) return differing("presence", first, second);
  const { shape } = first.key;
  switch (shape.kind) {
    case "value":
    case "list":
      return isDeepStrictEqual(valueOf(first), valueOf(second)) ? { same: 1, differences: [] } : differing("value", first, second);
    case "union": {
      const [one, other] = [first, second].map((place) => placesBelow(place).find(({ path }) => path.at(-1) === shape.discriminator));
      return one && other && !isDeepStrictEqual(one.value, other.value) ? differing("choice", one, other) : compareBelow(first, second);
    }
    case "object":
    case "map":
      return compareBelow(first, second);
    default:
      return shape satisfies never;
  }
}

function compareBelow(first: Place, second: Place): PlaceComparison {
  const others = new Map(placesBelow(second).map((place) => [place.path.at(-1), place]));
  const pairs = placesBelow(first).map((place): readonly [Place, Place] => {
    const step = place.path.at(-1);
    const other = others.get(step) ?? absent(place);
    others.delete(step);
    return [place, other];
  });
  const parts = [...pairs, ...[...others.values()].map((place): readonly [Place, Place] => [absent(place), place])].map(([one, other]) =>
    comparePlaces(one, other),
  );
  return {
    same: parts.reduce((sum, { same }) => sum + same, 0),
    differences: parts.flatMap(({ differences }) => differences),
  };
}

function absent(place: Place): Place {
  return { ...place, value: undefined, leftOut: place.path };
}

function differing(kind: Difference["kind"], first: Place, second: Place): PlaceComparison {
  const nature = first.perSite || isOwn(first.key);
  const values = { first: valueOf(first), second: valueOf(second) };
  return { same: 0, differences: [{ path: spelt(first.path), kind, ...values, ...(nature && { why: { kind: "nature" } }) }] };
}
