/** How far an import has come. */
export interface Progress {
  /** The first so many orders of the file are in the inbox for sure. */
  readonly sent: number;
  readonly finished: boolean;
}

/** Kept outside of the process, so that the next try goes on where the last one ended, however that was. */
export interface ImportProgress {
  load(progressId: string): Promise<Progress | undefined>;
  save(progressId: string, progress: Progress): Promise<void>;
}
