import { type Controls, controls, emptyControls, type Ledger, taskRecord } from '../../core/ledger.ts'
import { CONTROLS_PATH, printTaskPath, type TaskId } from '../../core/names.ts'
import { parseWith } from '../../core/parse.ts'
import type { Parsed } from '../../core/problem.ts'
import { printProblem } from '../../core/problem.ts'
import type { Sha } from '../../core/world.ts'
import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import { readCommit } from './commits.ts'
import { readBlob, readTree } from './tree.ts'

/**
 * Brings what is remembered of the ledger to `head`. Records stay where they are until a task needs them; what this
 * process wrote itself is not asked back.
 */
export async function openLedger(forge: Forge, head: Sha | null): Promise<LedgerMemory | null> {
  const { memory } = forge
  if (head === null) {
    memory.ledger = null
    return null
  }
  // A listing that lags behind our own write: what we wrote is newer.
  if (memory.ledger !== null && (memory.ledger.head === head || memory.ledger.past.has(head))) {
    return memory.ledger
  }
  const { tree: treeSha } = await readCommit(forge, head)
  const tree = await readTree(forge, treeSha)
  if (tree === null) {
    return fail({ is: 'broken', why: 'the ledger has too many files to be listed', cause: head })
  }
  const known = memory.ledger
  const blobs = new Map([...tree].map(([path, file]) => [path, { sha: file.sha, bytes: file.bytes ?? 0 }]))
  const same = (path: string) => known?.blobs.get(path)?.sha === blobs.get(path)?.sha
  memory.ledger = {
    head,
    past: new Set(),
    blobs,
    controls: known !== null && same(CONTROLS_PATH) ? known.controls : await readControls(forge, blobs),
    records: new Map([...(known?.records ?? [])].filter(([task]) => same(printTaskPath(task)))),
    events: new Map(),
  }
  return memory.ledger
}

export function hasRecord(ledger: LedgerMemory | null, task: TaskId): boolean {
  return ledger?.blobs.has(printTaskPath(task)) ?? false
}

/** The ledger with the records of these tasks; others are history. A record that cannot be read stops the pass. */
export async function loadRecords(
  forge: Forge,
  ledger: LedgerMemory | null,
  tasks: readonly TaskId[],
): Promise<Ledger> {
  if (ledger === null) return { head: null, controls: emptyControls, records: new Map() }
  const missing = tasks.filter(task => hasRecord(ledger, task) && !ledger.records.has(task))
  await Promise.all(
    missing.map(async task => {
      const path = printTaskPath(task)
      const text = await readBlob(forge, ledger.blobs.get(path)?.sha ?? '')
      ledger.records.set(
        task,
        parseFile(path, text, value => parseWith(taskRecord, value)),
      )
    }),
  )
  const records = tasks.flatMap(task => {
    const record = ledger.records.get(task)
    return record === undefined ? [] : [[task, record] as const]
  })
  return { head: ledger.head, controls: ledger.controls, records: new Map(records) }
}

async function readControls(forge: Forge, blobs: LedgerMemory['blobs']): Promise<Controls> {
  const sha = blobs.get(CONTROLS_PATH)?.sha
  if (sha === undefined || sha === null) return emptyControls
  return parseFile(CONTROLS_PATH, await readBlob(forge, sha), value => parseWith(controls, value))
}

/** Fails closed: a task whose approvals and stops cannot be read must not be taken for a new one. */
function parseFile<T>(path: string, text: string, parse: (value: unknown) => Parsed<T>): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    return fail({ is: 'broken', why: `${path} on the ledger is not JSON`, cause })
  }
  const parsed = parse(value)
  if (parsed.ok) return parsed.value
  const problems = parsed.problems.map(printProblem).join('; ')
  return fail({ is: 'broken', why: `${path} on the ledger cannot be read: ${problems}`, cause: parsed })
}
