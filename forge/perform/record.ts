import { emptyControls } from '../../core/ledger.ts'
import { CONTROLS_PATH, LEDGER_BRANCH, printTaskPath, SKIP_CI } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import { fail, statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import { noteNewest, type Opened, type SealedFile, sealFile } from '../sealed.ts'
import type { CommitWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { growLogs, type LogFile } from './logs.ts'
import { readNewMap } from './map.ts'

/** One commit for all that a pass has to remember; refused by GitHub when another controller wrote first. */
export async function record(forge: Forge, effect: Do<'record'>): Promise<{ head: Sha }> {
  const { memory } = forge
  const known = memory.ledger
  if ((known?.head ?? null) !== effect.head) {
    fail({ is: 'stale', why: 'the ledger has moved since this was planned' })
  }
  const logs = await growLogs(forge, known, effect)
  const chosen = choose(effect, known)
  const sealed = await sealAll(forge, chosen)
  const files = [...sealed, ...logs, ...(await readNewMap(forge, known, chosen))]
  try {
    const head =
      effect.head === null
        ? await begin(forge, files, headline(effect))
        : await append(forge, files, { head: effect.head, headline: headline(effect) })
    for (const { path, sequence, value } of sealed) noteNewest(forge, path, { sequence, value })
    memory.ledger = remember(known, { head, files, chosen, logs })
    return { head }
  } catch (error) {
    // Whatever happened, what is remembered may be wrong now: read it anew.
    memory.ledger = null
    throw error
  }
}

function headline({ records, events }: Do<'record'>): string {
  const tasks = [...records.keys()]
  const named =
    tasks.length > 3 ? `${tasks.slice(0, 3).join(', ')} and ${tasks.length - 3} more` : tasks.join(', ')
  return `chorus: record ${named || (events.length > 0 ? 'events' : 'controls')} ${SKIP_CI}`
}

type File = { path: string; text: string }

function sealAll(forge: Forge, { records, controls }: Chosen): Promise<SealedFile[]> {
  return Promise.all([
    ...[...records].map(([task, record]) => sealFile(forge, printTaskPath(task), record)),
    ...(controls === null ? [] : [sealFile(forge, CONTROLS_PATH, controls)]),
  ])
}

type Chosen = Pick<Do<'record'>, 'records' | 'controls'>

/** Files sealed anew ride along, so many a commit. */
const ALONG = 50

/** What is to be remembered, and what bears a seal by the key before. */
function choose({ records, controls, head }: Do<'record'>, known: LedgerMemory | null): Chosen {
  const old = [...(known?.records ?? [])].flatMap(([task, opened]) =>
    isFormer(opened) ? [[task, opened.value] as const] : [],
  )
  const former = known !== null && isFormer(known.controls) ? known.controls.value : null
  return {
    records: new Map([...old.slice(0, ALONG), ...records]),
    // The first commit always has the controls: without them a ledger is known not to be ours.
    controls: controls ?? former ?? (head === null ? emptyControls : null),
  }
}

function isFormer<T>(opened: Opened<T>): opened is Extract<Opened<T>, { ok: true }> {
  return opened.ok && opened.by === 'former'
}

async function append(
  forge: Forge,
  files: readonly File[],
  on: { head: Sha; headline: string },
): Promise<Sha> {
  const mutation = `mutation($input: CreateCommitOnBranchInput!) {
    createCommitOnBranch(input: $input) { commit { oid } }
  }`
  const input = {
    branch: { repositoryNameWithOwner: `${forge.owner}/${forge.repo}`, branchName: LEDGER_BRANCH },
    expectedHeadOid: on.head,
    message: { headline: on.headline },
    fileChanges: {
      additions: files.map(({ path, text }) => ({ path, contents: Buffer.from(text).toString('base64') })),
    },
  }
  type Answer = { createCommitOnBranch: { commit: { oid: Sha } } }
  const answer = await forge.octokit.graphql<Answer>(mutation, { input })
  return answer.createCommitOnBranch.commit.oid
}

/** The branch's first commit has no parent: the ledger shares no history with the code. */
async function begin(forge: Forge, files: readonly File[], message: string): Promise<Sha> {
  const base = '/repos/{owner}/{repo}/git' as const
  const tree = await write<{ sha: Sha }>(forge, `POST ${base}/trees`, {
    tree: files.map(({ path, text }) => ({ path, mode: '100644', type: 'blob', content: text })),
  })
  const commit = await write<CommitWire>(forge, `POST ${base}/commits`, {
    message,
    tree: tree.sha,
    parents: [],
  })
  try {
    await write(forge, `POST ${base}/refs`, { ref: `refs/heads/${LEDGER_BRANCH}`, sha: commit.sha })
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    fail({ is: 'stale', why: `the ledger was begun by another controller: ${toFault(error).why}` })
  }
  return commit.sha
}

type Written = { head: Sha; files: readonly File[]; chosen: Chosen; logs: readonly LogFile[] }

function remember(known: LedgerMemory | null, { head, files, chosen, logs }: Written): LedgerMemory {
  const blobs = new Map(known?.blobs ?? [])
  for (const { path, text } of files) blobs.set(path, { sha: null, bytes: Buffer.byteLength(text) })
  const written = [...chosen.records].map(([task, record]) => [task, present(record)] as const)
  const past = new Set([...(known?.past ?? []), ...(known === null ? [] : [known.head])])
  return {
    head,
    past,
    blobs,
    records: new Map([...(known?.records ?? []), ...written]),
    controls:
      chosen.controls === null && known !== null ? known.controls : present(chosen.controls ?? emptyControls),
    logs: new Map([...(known?.logs ?? []), ...logs.map(({ path, text }) => [path, text] as const)].slice(-6)),
  }
}

function present<T>(value: T): Opened<T> {
  return { ok: true, value, by: 'present' }
}
