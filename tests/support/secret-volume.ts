import * as fs from "node:fs";
import * as path from "node:path";

/**
 * The files of a Secret as the kubelet puts them into a pod: each is a link into `..data`, which is a link to the folder of the newest version
 * and is replaced in one step (https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/volume/util/atomic_writer.go).
 */
export class SecretVolume {
  private version = 0;

  constructor(readonly folder: string) {
    fs.mkdirSync(folder, { recursive: true });
  }

  /**
   * Writes a version of the Secret, and takes the one before away.
   * @param data its files in base64, as the API server returns them.
   */
  write(data: Readonly<Record<string, string>>): void {
    const before = `..version-${this.version++}`;
    const now = `..version-${this.version}`;
    const inFolder = (name: string): string => path.join(this.folder, name);
    fs.mkdirSync(inFolder(now));
    for (const [name, text] of Object.entries(data)) {
      fs.writeFileSync(path.join(inFolder(now), name), Buffer.from(text, "base64"), { mode: 0o400 });
      if (!fs.existsSync(inFolder(name))) fs.symlinkSync(path.join("..data", name), inFolder(name));
    }
    fs.symlinkSync(now, inFolder("..data_tmp"));
    fs.renameSync(inFolder("..data_tmp"), inFolder("..data"));
    fs.rmSync(inFolder(before), { recursive: true, force: true });
  }
}
