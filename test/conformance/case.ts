import type { Site } from './site.ts'

/**
 * `documented`: GitHub's own documentation, description or schema says so. `unproven`: we have it from others, or from
 * memory. Neither has been tried by us; a case becomes `proven` only by passing against the real GitHub (see proofs.json).
 */
export type Basis = 'documented' | 'unproven'

export type Case = {
  /** Short, stable, for `--only` and for proofs.json. */
  id: string
  /** The claim, as a sentence. */
  title: string
  /** Section of docs/platform-facts.md. */
  cites: string
  basis: Basis
  run(site: Site): Promise<void>
}

/** Thrown by a case that this host cannot be asked; neither a pass nor a failure. */
export class Skipped extends Error {}
