// A folder that a dock's own program fills and empties, as a driver sees it.

/** Files directly in the folder; names are plain file names. Every method rejects with PORT_MISSING, PORT_DENIED or PORT_FAILED. */
export interface DropFolder {
  list(): Promise<readonly { readonly name: string; readonly sizeBytes: number; readonly modifiedMs: number }[]>;
  read(name: string): Promise<Uint8Array>;
  /** Writes the file under another name first, so that nobody ever sees half of it. */
  write(name: string, data: Uint8Array): Promise<void>;
  /** Moves the file into the folder's `done` folder; one of the same name there is not overwritten. */
  archive(name: string): Promise<void>;
}
