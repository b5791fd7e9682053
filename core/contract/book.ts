import { z } from 'zod'
import type { Book } from '../schedule/pool.ts'
import { parseWith } from './parse.ts'
import type { Parsed } from './problem.ts'

const count = z.number().int().min(0)

/** The books of a pool, as they stand in the message of the commit that its ref names. */
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

export function parseBook(value: unknown): Parsed<Book> {
  return parseWith(bookSchema, value)
}
