import { KEYS_VOLUME } from "../components/batch/schedd-part";
import { groupKindOf, subject, type ResourceChange } from "./change";
import { type Consequence, UNNOTICED } from "./effects";

/** An item of the access point's volume of keys, which has the id of a key. */
const ITEM = new RegExp(String.raw`^spec\.template\.spec\.volumes\[${KEYS_VOLUME}\]\.secret\.items\[([\w-]+)\]$`);

/** What a signing key that comes or goes does to the tokens that users have: the access point refuses those of a key that it has no more. */
export function signingKeys(change: ResourceChange): Consequence {
  if (change.action !== "update" || groupKindOf(subject(change)) !== "apps/StatefulSet") return UNNOTICED;
  const items = change.fields.flatMap(({ path, before, after }) => {
    const id = ITEM.exec(path)?.[1];
    return id === undefined ? [] : [{ id, came: before === undefined, went: after === undefined }];
  });
  const idsOf = (kind: "came" | "went") => items.filter((item) => item[kind]).map(({ id }) => id);
  const [came, went] = [idsOf("came"), idsOf("went")];
  if (went.length === 0) return UNNOTICED;
  const refused = `tokens of the signing key ${went.join(", ")} are refused from now on`;
  return came.length === 0
    ? { effect: "none", because: `${refused}; a user's token lives a day`, reversible: true }
    : {
        effect: "user sessions cut",
        because: `${refused}, those of all servers that run; with af:batch.schedd.signingKey.previous they go on until servers have their new ones`,
        reversible: true,
      };
}
