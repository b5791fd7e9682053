import type { Reading } from '../core/interchange/item.ts'
import { type Imported, importedFrom, planImport, type Step } from '../core/interchange/steps.ts'
import { describeStep } from '../core/words/interchange.ts'
import { isUnclear, toFault } from '../forge/fault.ts'
import type { Forge } from '../forge/forge.ts'
import { readTracker } from '../forge/observe/tracker.ts'
import { performStep } from '../forge/perform/import.ts'

/** How an import went: what was done, and what GitHub would not have. */
export type Imports = { done: Step[]; refused: { step: Step; why: string }[] }

type Tell = (line: string) => void

/** A creation whose answer was lost shows in the list within this time, or did not happen. Milliseconds. */
const LAG = 60_000
const UNCLEAR_LOOK = 5_000

/**
 * Observe → plan → perform, until the repository shows the whole file. Killed at any moment and started again it goes on
 * where it was: issues are known by their hidden mark, links are looked for before they are made.
 */
export async function importAll(forge: Forge, reading: Reading, tell: Tell): Promise<Imports> {
  const going: Going = { forge, tell, made: new Map(), unclear: new Map(), came: { done: [], refused: [] } }
  for (;;) {
    const issues = withMade(importedFrom(reading.source, await readTracker(forge)), going)
    const settled = settledSteps(going)
    const steps = planImport(reading, issues).steps.filter(step => !settled.has(describeStep(step)))
    if (steps.length === 0) return going.came
    const due = steps.filter(step => !isAwaited(step, going))
    if (due.length === 0) await pause(UNCLEAR_LOOK)
    for (const step of due) await take(step, going)
  }
}

type Going = {
  forge: Forge
  tell: Tell
  /** Issues that this process made, by key: the list may not show them yet. */
  made: Map<string, Imported>
  /** Creations of which we do not know whether they happened, by key. */
  unclear: Map<string, number>
  came: Imports
}

function withMade(listed: readonly Imported[], { made }: Going): Imported[] {
  const numbers = new Set(listed.map(issue => issue.number))
  return [...listed, ...[...made.values()].filter(issue => !numbers.has(issue.number))]
}

/** Links that were just made may not be listed yet, and what was refused would be refused again. */
function settledSteps({ came }: Going): Set<string> {
  const settled = [...came.refused.map(one => one.step), ...came.done.filter(one => one.do !== 'create')]
  return new Set(settled.map(describeStep))
}

function isAwaited(step: Step, { unclear, forge }: Going): boolean {
  const since = step.do === 'create' ? unclear.get(step.key) : undefined
  return since !== undefined && forge.now() - since < LAG
}

async function take(step: Step, going: Going): Promise<void> {
  const { forge, made, came, tell } = going
  for (;;) {
    try {
      const end = await performStep(forge, step)
      if (step.do === 'create' && end !== null) {
        made.set(step.key, { ...end, key: step.key, open: true, parent: null, blockedBy: [] })
      }
      came.done.push(step)
      tell(`${came.done.length}  ${describeStep(step)}`)
      return
    } catch (error) {
      const fault = toFault(error)
      if (fault.is !== 'again') return note(step, error, going)
      const wait = Math.max(fault.after ?? 0, 1_000)
      tell(`waits ${Math.ceil(wait / 1_000)} s: ${fault.why}`)
      await pause(wait)
    }
  }
}

/** What GitHub refuses is said at the end; what is unclear is looked for; anything else ends the import for now. */
function note(step: Step, error: unknown, { unclear, came, forge, tell }: Going): void {
  const { is, why } = toFault(error)
  if (is !== 'stale') throw error
  tell(`not done: ${describeStep(step)}: ${why}`)
  if (!isUnclear(error)) came.refused.push({ step, why })
  else if (step.do === 'create') unclear.set(step.key, forge.now())
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
}
