import { FACILITY_PACK } from "../pack-names";
import { RULES } from "../packs";
import { servePack } from "../serve-pack";

servePack(FACILITY_PACK, RULES);
