import { EngineLog } from "../engine";
import { providerService } from "../provider";
import { servePlugin } from "../serve";
import { kubernetesProvider } from "./provider";

const log = new EngineLog();
void servePlugin(providerService(kubernetesProvider(log), log));
