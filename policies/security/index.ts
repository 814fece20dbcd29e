import { PolicyPack } from "@pulumi/policy";
import { enginePolicies } from "../engine";
import { security } from "./rules";

new PolicyPack("analysis-facility-security", { policies: enginePolicies(security), enforcementLevel: "mandatory" });
