import { z } from 'zod'
import type { Book } from '../schedule/pool.ts'
import { parseWith } from './parse.ts'
import type { Parsed } from './problem.ts'
import type { Sealed } from './sealed.ts'

const count = z.number().int().min(0)

const bookSchema: z.ZodType<Book> = z.record(
  z.string().regex(/^[1-9][0-9]*$/),
  z.strictObject({
    weight: z.number().positive(),
    holds: z.array(z.string().regex(/^bd-[0-9a-z]+(\/review)?\/[1-9][0-9]*$/)),
    wants: count,
    used: count,
    at: count,
  }),
)

/**
 * The books of a pool, as they stand in the message of the commit that its ref names. `sequence` grows with every write, so that
 * old ones put back can be told from the newest.
 */
export type PoolBooks = Omit<Sealed<Book>, 'seal'>

const booksSchema: z.ZodType<PoolBooks> = z.strictObject({
  content: bookSchema,
  sequence: z.number().int().positive(),
})

export function parseBooks(value: unknown): Parsed<PoolBooks> {
  return parseWith(booksSchema, value)
}
