/** A repo as the readers see it: its files, without what lies outside of it, and without what was only installed. */
export interface SourceRepo {
  /** Absolute path of its top folder. */
  readonly directory: string;
  /** Paths of the regular files from the top, sorted, with `/`; without `.git`, `node_modules`, virtual environments, and symlinks that lead out. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** The text of a file; `undefined` where there is none, it is larger than 1 MB, or is no UTF-8 text. */
  text(path: string): string | undefined;
}
