/** What a command came to. `text` is for people, `json` for `--json`; both go to standard output. */
export type Outcome = { code: ExitCode; text: string; json: unknown }

/** 0: all is well. 1: it found something, or it failed. 2: it was called wrongly or lacks settings. */
export type ExitCode = 0 | 1 | 2

/** The command was called wrongly; told on standard error with the way to the help. */
export class UsageError extends Error {
  readonly command: string | null
  constructor(message: string, command: string | null = null) {
    super(message)
    this.name = 'UsageError'
    this.command = command
  }
}
