import type { Parsed } from '../../core/contract/problem.ts'
import type { Sealed } from '../../core/contract/sealed.ts'
import {
  type Controls,
  type Distrust,
  emptyControls,
  type Ledger,
  parseControlsFile,
  parseRecordFile,
  type TaskRecord,
} from '../../core/ledger.ts'
import { CONTROLS_PATH, printTaskPath, type TaskId } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import { distrust, type Opened, openFile } from '../sealed.ts'
import { readCommit } from './commits.ts'
import { readBlob, readTree, type Tree } from './tree.ts'

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
  const blobs = blobsOf(tree)
  const same = (path: string) => known?.blobs.get(path)?.sha === blobs.get(path)?.sha
  const kept = [...(known?.records ?? [])].filter(([task]) => same(printTaskPath(task)))
  memory.ledger = {
    head,
    past: new Set(),
    blobs,
    controls: known !== null && same(CONTROLS_PATH) ? known.controls : await readControls(forge, blobs),
    records: new Map(kept),
    logs: new Map(),
  }
  return memory.ledger
}

/** Where a folder or another repository stands in the place of a file, it is known as a file that cannot be read. */
function blobsOf(tree: NonNullable<Tree>): LedgerMemory['blobs'] {
  const blobs: LedgerMemory['blobs'] = new Map()
  for (const [path, { sha, mode, bytes }] of tree) {
    const [folder, name, ...below] = path.split('/')
    if (below.length > 0) blobs.set(`${folder}/${name}`, NO_FILE)
    else blobs.set(path, mode.startsWith('100') ? { sha, bytes: bytes ?? 0 } : NO_FILE)
  }
  return blobs
}

const NO_FILE = { sha: '', bytes: Number.POSITIVE_INFINITY }
/** Far more than any record of ours takes. */
const LARGEST = 4 * 1024 * 1024

export function hasRecord(ledger: LedgerMemory | null, task: TaskId): boolean {
  return ledger?.blobs.has(printTaskPath(task)) ?? false
}

/** The ledger with the records of these tasks; others are history. A record that cannot be read concerns its task only. */
export async function loadRecords(
  forge: Forge,
  ledger: LedgerMemory | null,
  tasks: readonly TaskId[],
): Promise<Ledger> {
  const broken = { controls: null, records: new Map<TaskId, Distrust>() }
  if (ledger === null) return { head: null, controls: emptyControls, records: new Map(), broken }
  const missing = tasks.filter(task => hasRecord(ledger, task) && !ledger.records.has(task))
  await Promise.all(
    missing.map(async task => {
      ledger.records.set(
        task,
        await openBlob(forge, ledger.blobs, { path: printTaskPath(task), parse: parseRecordFile }),
      )
    }),
  )
  const records = new Map<TaskId, TaskRecord>()
  for (const task of tasks) {
    const opened = ledger.records.get(task)
    if (opened?.ok === true) records.set(task, opened.value)
    else if (opened !== undefined) broken.records.set(task, opened.why)
  }
  const { head, controls: opened } = ledger
  if (opened.ok) return { head, controls: opened.value, records, broken }
  return { head, controls: emptyControls, records, broken: { ...broken, controls: opened.why } }
}

/** The ledger's first commit has them: without them it is not as this app left it. */
async function readControls(forge: Forge, blobs: LedgerMemory['blobs']): Promise<Opened<Controls>> {
  if (!blobs.has(CONTROLS_PATH)) return distrust(forge, CONTROLS_PATH, 'missing')
  return openBlob(forge, blobs, { path: CONTROLS_PATH, parse: parseControlsFile })
}

async function openBlob<T>(
  forge: Forge,
  blobs: LedgerMemory['blobs'],
  { path, parse }: { path: string; parse: (value: unknown) => Parsed<Sealed<T>> },
): Promise<Opened<T>> {
  const { sha, bytes } = blobs.get(path) ?? NO_FILE
  if (bytes > LARGEST || sha === null) return distrust(forge, path, 'unreadable')
  return openFile(forge, { path, text: await readBlob(forge, sha) }, parse)
}
