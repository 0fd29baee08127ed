/** What sort of thing is wrong, for programs. `zkml --json` has the same names. */
export type ErrorKind =
  | "ambiguous-digest"
  | "io"
  | "key"
  | "limit"
  | "malformed"
  | "mismatch"
  | "no-matching-digest"
  | "not-canonical"
  | "not-on-curve"
  | "trailing-bytes"
  | "truncated"
  | "unknown-setup"
  | "version";

/** A file that cannot be used. A proof that is not valid is no error: `verify` says why it is not. */
export class ZkmlError extends Error {
  override readonly name = "ZkmlError";

  constructor(
    /** What sort of thing is wrong. */
    readonly kind: ErrorKind,
    message: string,
    /** The file that is at fault, by its customary name: "settings.json". */
    readonly file?: string,
  ) {
    super(message);
  }
}

/** Runs a function of the WebAssembly, whose errors are JSON. */
export function call<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (typeof error !== "string") throw error;
    const { kind, message, file } = JSON.parse(error) as { kind: ErrorKind; message: string; file?: string };
    throw new ZkmlError(kind, message, file);
  }
}
