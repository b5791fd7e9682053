import { setTimeout as sleep } from 'node:timers/promises'
import { parseJudgeTitle } from '../../../core/landing/judgement.ts'
import type { Run } from '../../../twin/actions/state.ts'
import { protect } from '../../stories/protect.ts'
import type { Place } from '../interleavings/place.ts'

/** How what is ready lands. */
export const KINDS = ['one-by-one', 'train', 'job', 'promotion', 'queue'] as const
export type Kind = (typeof KINDS)[number]

/** How a run of the merge job ends: at which of its steps it is killed, or as it should. */
export const ENDS = ['cancelled', 'killed-before', 'killed-judging', 'killed-after', 'passed'] as const
export type End = (typeof ENDS)[number]

/** The repository's rules, and what happens on GitHub beside CI on pull requests. */
export type Host = {
  config: string
  /** All that lands was judged as it is: also by commit statuses. */
  isExact: boolean
  prepare(place: Place): void
  move(place: Place): Promise<void>
  /** Runs of the merge job that have ended. */
  judged(): number
}

const CI = { checks: [{ context: 'ci', appId: null }] }
const QUEUE = { merge_method: 'SQUASH', min_entries_to_merge: 1, min_entries_to_merge_wait_minutes: 0 }
const JOB = 'merge: { judge: job, exact: true }\nchecks: [{ name: tests, run: "true" }]\n'

export function openHost(kind: Kind, ends: readonly End[]): Host {
  const rest = { isExact: true, prepare: () => {}, move: async () => {}, judged: () => 0 }
  const upToDate = (place: Place) => protect(place, 'ruleset', { ...CI, strict: true })
  switch (kind) {
    case 'one-by-one':
      return { ...rest, config: 'merge: { together: 1 }\n', prepare: upToDate }
    case 'train':
      return { ...rest, config: '', prepare: upToDate }
    case 'promotion':
      return {
        ...rest,
        config: 'merge: { strategy: lanes }\n',
        isExact: false,
        prepare: place => protect(place, 'ruleset', CI),
      }
    case 'queue':
      return {
        ...rest,
        config: '',
        isExact: false,
        prepare: place => protect(place, 'ruleset', { ...CI, queue: QUEUE }),
        move: judgeGroups,
      }
    case 'job': {
      let ended = 0
      return {
        ...rest,
        config: JOB,
        judged: () => ended,
        async move(place) {
          for (const run of [...place.repo.actions.runs.values()]) {
            if (parseJudgeTitle(run.display_title) === null || run.status === 'completed') continue
            await endRun(place, run, ends[ended] ?? 'passed')
            ended += 1
          }
        },
      }
    }
  }
}

/** CI on what GitHub's merge queue has built. */
async function judgeGroups({ ada, at, repo, rest }: Place): Promise<void> {
  const judged = new Set(repo.statuses.map(status => status.sha))
  const heads = [...repo.queues.values()].flatMap(queue =>
    queue.entries.flatMap(({ group }) => group?.head ?? []),
  )
  for (const sha of heads) {
    if (!judged.has(sha))
      await ada.rest.repos.createCommitStatus({ ...at, sha, context: 'ci', state: 'success' })
  }
  await rest()
}

async function endRun({ ada, at, gate, line }: Place, run: Run, end: End): Promise<void> {
  await until(run, () => {
    // Attempts have all ended by now.
    gate.admit()
    return line.hears(run.id)
  })
  if (end === 'cancelled') await ada.rest.actions.cancelWorkflowRun({ ...at, run_id: run.id })
  else line.tell(run.id, end)
  await until(run, () => run.status === 'completed')
}

/** Generous: a run that hangs is a bug, a slow machine is not. Milliseconds. */
const PATIENCE = 150_000

async function until({ display_title: title }: Run, is: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!is()) {
    if (performance.now() > deadline) throw new Error(`${title} neither begins nor ends`)
    await sleep(2)
  }
}
