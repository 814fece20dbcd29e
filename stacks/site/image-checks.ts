import { splitImage } from "../../components/image";
import { imagesOf } from "../../components/hub/users";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/**
 * Images of CMS that serve one end of Dask only, by the begin of their names
 * (https://github.com/CoffeaTeam/coffea-casa/tree/master/docker): the one has no jupyterhub-singleuser, the other no start of a worker.
 */
const WORKERS_ONLY = "cc-analysis-";
const NOTEBOOKS_ONLY = "cc-dask-";

/** Problems of the pairs of images in which notebooks and their workers in the batch pool run. */
export function imagePairs({ hub, batch }: Site): readonly Problem[] {
  const given = [
    { path: "af:hub", images: { notebook: hub.image, worker: hub.workerImage ?? hub.image }, workerImage: hub.workerImage },
    ...hub.profiles.map((profile, index) => ({
      path: `af:hub.profiles[${index}]`,
      images: imagesOf(hub, profile),
      workerImage: profile.workerImage,
    })),
  ];
  const problems = given.flatMap(({ path, images, workerImage }) => {
    const worker = { path: `${path}.workerImage`, image: images.worker };
    if (batch.kind === "none")
      return workerImage === undefined
        ? []
        : [{ path: worker.path, message: "af:batch has no pool in which workers run; remove this key" }];
    return [...ends(path, images), ...tags(worker.path, images)];
  });
  // A profile without images of its own has the problems of the hub's.
  return problems.filter(({ message }, index) => problems.findIndex((other) => other.message === message) === index);
}

interface Images {
  readonly notebook: string;
  readonly worker: string;
}

function ends(path: string, { notebook, worker }: Images): readonly Problem[] {
  const [of, to] = [place(notebook), place(worker)];
  return [
    ...(of.name.startsWith(WORKERS_ONLY)
      ? [
          {
            path: `${path}.image`,
            message: `${notebook} is an image of workers, in which no notebook starts; give ${NOTEBOOKS_ONLY}... here, and this one as workerImage`,
          },
        ]
      : []),
    ...(to.name.startsWith(NOTEBOOKS_ONLY)
      ? [
          {
            path: `${path}.workerImage`,
            message: `${worker} is an image of notebooks, in which no worker starts; give ${WORKERS_ONLY}... of the same tag`,
          },
        ]
      : []),
  ];
}

function tags(path: string, { notebook, worker }: Images): readonly Problem[] {
  const [of, to] = [place(notebook), place(worker)];
  const comparable = of.folder === to.folder && !notebook.includes("@") && !worker.includes("@");
  if (!comparable || of.tag === to.tag) return [];
  return [
    {
      path,
      message: `${worker} is not of the same release as ${notebook}; allowed: the tag ${of.tag}, so that both have one Python and Dask`,
    },
  ];
}

function place(reference: string): { readonly folder: string; readonly name: string; readonly tag: string } {
  const { name: repository, tag } = splitImage(reference);
  const parts = repository.split("/");
  return { folder: parts.slice(0, -1).join("/"), name: parts.at(-1) ?? "", tag };
}
