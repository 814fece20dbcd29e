import { engineAddress, servePlugin } from "../serve";
import { languageHost } from "./host";
import { Processes } from "./processes";

const processes = new Processes();
void servePlugin(languageHost(engineAddress(), processes), () => processes.stopAll());
