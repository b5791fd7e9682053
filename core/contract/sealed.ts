import { z } from 'zod'
import { parseWith } from './parse.ts'
import type { Parsed } from './problem.ts'

/**
 * A file on the ledger: whoever may push can write one, so the app seals what it writes. `sequence` grows with every
 * write of that file, so that an old one put back can be told from the newest.
 */
export function sealed<T extends z.ZodType>(content: T) {
  return z.strictObject({ content, sequence: z.number().int().positive(), seal: z.string() })
}

export type Sealed<T> = { content: T; sequence: number; seal: string }

/** @param content what may stand in it. */
export function createSealedParser<T>(content: z.ZodType<T>): (value: unknown) => Parsed<Sealed<T>> {
  const schema = sealed(content)
  return value => parseWith(schema as z.ZodType<Sealed<T>>, value)
}

/** Which file this is, and where: a seal holds nowhere else. */
export type SealedName = { repository: number; path: string; sequence: number }

/** What the seal vouches for. `json` has no line breaks, and no path has any. */
export function sealedLines({ repository, path, sequence }: SealedName, json: string): string {
  return [repository, path, sequence, json].join('\n')
}
