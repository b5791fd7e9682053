import { AGENT_BRANCHES, LEDGER_BRANCH, parseBranch, parseChorusRef, type TaskId } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { RefWire } from '../wire.ts'

export type TaskRefs = {
  claims: Map<number, Sha>
  attempts: Map<number, Sha>
  reports: Map<number, Sha>
  branches: Map<string, Sha>
}

export type Refs = { ledger: Sha | null; tasks: Map<TaskId, TaskRefs> }

/** Every ref of ours, in three listings. Names that are not ours are passed over: anyone may push refs. */
export async function readRefs(forge: Forge): Promise<Refs> {
  const [chorus, agents, ledgers] = await Promise.all([
    list(forge, 'chorus/'),
    list(forge, `heads/${AGENT_BRANCHES}`),
    list(forge, `heads/${LEDGER_BRANCH}`),
  ])
  const tasks = new Map<TaskId, TaskRefs>()
  for (const { ref, object } of chorus) {
    const name = parseChorusRef(ref)
    // A ref may name a file or a tag as well: asking for it as a commit would end every look.
    if (name === null || object.type !== 'commit') continue
    const refs = refsOf(tasks, name.task)
    const kind = { claim: refs.claims, attempt: refs.attempts, report: refs.reports }[name.kind]
    kind.set(name.attempt, object.sha)
  }
  for (const { ref, object } of agents) {
    const branch = ref.slice('refs/heads/'.length)
    const name = parseBranch(branch)
    if (name !== null) refsOf(tasks, name.task).branches.set(branch, object.sha)
  }
  const ledger = ledgers.find(({ ref }) => ref === `refs/heads/${LEDGER_BRANCH}`)
  return { ledger: ledger?.object.sha ?? null, tasks }
}

export const NO_REFS: TaskRefs = {
  claims: new Map(),
  attempts: new Map(),
  reports: new Map(),
  branches: new Map(),
}

function refsOf(tasks: Map<TaskId, TaskRefs>, task: TaskId): TaskRefs {
  const known = tasks.get(task)
  if (known !== undefined) return known
  const made = { claims: new Map(), attempts: new Map(), reports: new Map(), branches: new Map() }
  tasks.set(task, made)
  return made
}

/** `+` keeps the slashes of the prefix. */
function list(forge: Forge, prefix: string): Promise<RefWire[]> {
  return readList<RefWire>(forge, '/repos/{owner}/{repo}/git/matching-refs/{+prefix}', { prefix })
}
