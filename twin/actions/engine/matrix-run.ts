import { resolve, textOf } from '../expression.ts'
import { Expression } from '../tree.ts'
import { type Entry, entrySight, type One, worst } from './entry.ts'
import type { JobResult } from './live.ts'
import { expandMatrix, matrixSuffix } from './matrix.ts'
import { createSlots } from './slots.ts'

const MOST_JOBS = 256

/** Runs a job once for each combination of its matrix, or just once. */
export async function runMatrix(entry: Entry, run: (one: One) => Promise<JobResult>): Promise<JobResult> {
  const { strategy: settings } = entry.spec
  const sight = entrySight(entry)
  const all = expandMatrix(resolve(settings.get('matrix'), sight))
  if (all.length > MOST_JOBS)
    throw new Error(`The matrix makes ${all.length} jobs; at most ${MOST_JOBS} are allowed`)
  if (all.length === 0) throw new Error('Matrix vector does not contain any values')
  const failFast = resolve(settings.get('fail-fast') ?? true, sight) !== false
  const parallel = Number(resolve(settings.get('max-parallel') ?? all.length, sight)) || all.length
  const strategy = { 'fail-fast': failFast, 'max-parallel': parallel, 'job-total': all.length }
  const onCancel = new Set<() => void>()
  const slots = createSlots(parallel)
  const results = await Promise.all(
    all.map(async (matrix, index) => {
      const of = { matrix, strategy: { ...strategy, 'job-index': index } }
      await slots.take().got
      const done = await run({ ...of, name: nameOf(entry, of), onCancel })
      slots.release()
      if (failFast && done.result === 'failure') for (const cancel of [...onCancel]) cancel()
      return done
    }),
  )
  const outputs = Object.assign({}, ...results.map(done => done.outputs)) as Record<string, string>
  const kept = results.every(done => done.kept === true)
  return { result: worst(results.map(done => done.result)), outputs, kept }
}

/** A name without expressions gets the matrix values behind it, so that jobs can be told apart. */
function nameOf(
  entry: Entry,
  of: { matrix: Record<string, unknown>; strategy: Record<string, unknown> },
): string {
  const { spec, scope } = entry
  if (spec.name instanceof Expression) return scope.prefix + textOf(resolve(spec.name, entrySight(entry, of)))
  return `${scope.prefix}${spec.name ?? spec.key}${matrixSuffix(of.matrix)}`
}
