import { PACKS } from "../pack-names";
import { servePack } from "../serve-pack";
import { security } from "./rules";

servePack(PACKS.security, security);
