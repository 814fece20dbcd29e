import { PACKS } from "../pack-names";
import { servePack } from "../serve-pack";
import { quotas } from "./rules";

servePack(PACKS.quotas, quotas);
