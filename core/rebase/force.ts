import type { Parsed } from '../contract/problem.ts'
import type { Approval } from '../ledger.ts'
import { readTask, type TaskSpec } from '../task.ts'
import type { TaskFacts } from '../world.ts'
import type { Additions, KnownRewriting } from './rewriting.ts'

/** Whether what an agent added to a task is part of it. */

type Record = {
  rewriting: KnownRewriting | null
  approval: Pick<Approval, 'sha256'> | null
  voidThrough: number
}

/** Null once the text was edited and approved anew, or the task given up: then the issue's own words are all there is. */
export function inForce({ rewriting: known, approval, voidThrough }: Record): KnownRewriting | null {
  if (known === null || known.attempt <= voidThrough || known.of !== approval?.sha256) return null
  return known
}

/** The task as the issue has it, with what was added to it. */
export function readWhole({ issue }: Pick<TaskFacts, 'issue'>, record: Record): Parsed<TaskSpec> {
  const known = inForce(record)
  const read = readTask(issue)
  return known === null || !read.ok ? read : { ok: true, value: withRewriting(read.value, known) }
}

function withRewriting(spec: TaskSpec, known: Additions): TaskSpec {
  const { notes, acceptance, constraints } = known
  const clarified =
    notes.length === 0
      ? ''
      : `\n\nWhat earlier attempts showed:\n${notes.map(note => `- ${note}`).join('\n')}`
  return {
    ...spec,
    goal: `${spec.goal}${clarified}`,
    acceptance: [...spec.acceptance, ...acceptance],
    constraints: [...spec.constraints, ...constraints],
  }
}
