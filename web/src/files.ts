// Which files there are, and what is missing.

import { describeFile, type FileName, fileType, readSrsFile, type Srs } from "../../js/src/core.js";

export type Role = "key" | "proof" | "settings" | "srs";

export interface Given {
  /** The file's name on the user's disk. */
  name: string;
  type: FileName;
  size: number;
  bytes: Uint8Array;
  srs?: Srs;
}

export type Files = Partial<Record<Role, Given>>;

const ROLES: Partial<Record<FileName, Role>> = {
  "model.zkvk": "key",
  "vka.bin": "key",
  "vk.key": "key",
  "settings.json": "settings",
  "proof.json": "proof",
  "kzg.srs": "srs",
};

/** Of several keys in one drop: the one that says most by itself. */
const PREFERENCE: FileName[] = ["vk.key", "vka.bin", "model.zkvk"];
const LARGEST = 128 * 2 ** 20;

/** Sorts what was dropped into `files`; gives what there is to say about the rest. */
export async function take(files: Files, dropped: readonly File[]): Promise<string[]> {
  const notices: string[] = [];
  const fresh: Files = {};
  for (const file of dropped) {
    try {
      const given = await read(file);
      if (typeof given === "string") notices.push(given);
      else {
        const role = ROLES[given.type] as Role;
        const other = fresh[role];
        if (other === undefined || PREFERENCE.indexOf(given.type) >= PREFERENCE.indexOf(other.type))
          fresh[role] = given;
        if (other !== undefined)
          notices.push(`${other.name} and ${given.name} have the same place: ${fresh[role]?.name} is used.`);
      }
    } catch (error) {
      notices.push(`${file.name} cannot be read: ${(error as Error).message}`);
    }
  }
  Object.assign(files, fresh);
  return notices;
}

/** The file, or why it is not used. */
async function read(file: File): Promise<Given | string> {
  const { name, size } = file;
  const srs = await readSrsFile(file).catch(() => undefined);
  if (srs !== undefined) return { name, size, type: "kzg.srs", bytes: new Uint8Array(), srs };
  if (size > LARGEST)
    return `${name} is too large: ${Math.round(size / 2 ** 20)} MB. None of the files has more than 128 MB.`;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = fileType(bytes) ?? byName(name);
  if (type === undefined || size === 0)
    return `${name} is ${size === 0 ? "empty" : "none of the files that this page knows"}. It is not used.`;
  if (ROLES[type] === undefined || type === "kzg.srs") {
    return type === "kzg.srs"
      ? `${name} is a damaged SRS file. It is not used.`
      : `${name} is ${describeFile(bytes) ?? type}. Checking a proof does not need it.`;
  }
  return { name, size, type, bytes };
}

/** A damaged file is still meant as what it is called, so that the error can say where the damage is. */
function byName(name: string): FileName | undefined {
  return (Object.keys(ROLES) as FileName[]).find((known) => known === name.toLowerCase());
}

/** What is still to be given, in words. */
export function missing({ key, settings, proof }: Files): string | undefined {
  const needed: string[] = [];
  if (key === undefined) needed.push("the key (model.zkvk, vka.bin or vk.key)");
  if (key?.type === "vk.key" && settings === undefined)
    needed.push("settings.json, without which vk.key cannot be read");
  if (proof === undefined) needed.push("proof.json");
  if (needed.length === 0) return undefined;
  return `Still needed: ${needed.join(", and ")}.`;
}
