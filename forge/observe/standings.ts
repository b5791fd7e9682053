import { emptyRecord } from '../../core/ledger.ts'
import { unhandled } from '../../core/project.ts'
import { type Actor, STANDINGS, type Standing, type TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { onceInLook } from '../look.ts'
import { readMaybe } from '../read.ts'
import type { StandingWire } from '../wire.ts'

/** The live standing of everybody whose word or hand shows on an open task, by account id. Apps have none. */
export async function readStandings(
  forge: Forge,
  tasks: readonly TaskFacts[],
): Promise<Map<number, Standing>> {
  const people = new Map<number, string>()
  for (const task of tasks) {
    for (const { id, login, kind } of actorsOf(task)) {
      if (kind === 'person' && id !== 0) people.set(id, login)
    }
  }
  const standings = await Promise.all(
    [...people].map(async ([id, login]) => {
      const read = () => readStanding(forge, id, login)
      return [id, await onceInLook(forge, `standing of ${id} ${login}`, read)] as const
    }),
  )
  return new Map(standings)
}

/** Logins seen on GitHub come last, so that they win over one that was written down long ago. */
function actorsOf(task: TaskFacts): Actor[] {
  // When all is over, only who says something is told so.
  if (task.issue.state === 'closed' && task.pull?.state !== 'open') {
    return unhandled(task, task.record ?? emptyRecord(task.issue.number)).map(comment => comment.by)
  }
  const approver = task.record?.approval?.by
  return [
    ...(approver === undefined ? [] : [{ ...approver, kind: 'person' as const }]),
    ...(task.record?.revisions ?? []).flatMap(({ by }) =>
      by === null ? [] : { ...by, kind: 'person' as const },
    ),
    task.issue.author,
    ...(task.issue.edits ?? []).flatMap(edit => edit.by ?? []),
    ...task.issue.timeline.map(fact => fact.by),
    ...(task.pull?.reviews ?? []).map(review => review.by),
    ...(task.pull?.comments ?? []).map(comment => comment.by),
  ]
}

/** A login can be given up and taken by another: the id must be the one that acted. */
async function readStanding(forge: Forge, id: number, login: string): Promise<Standing> {
  const path = '/repos/{owner}/{repo}/collaborators/{username}/permission'
  const wire = await readMaybe<StandingWire>(forge, path, { username: login })
  if (wire === null || wire.user?.id !== id) return 'none'
  return standingOf(wire)
}

/** A custom role counts as the base role it was made from. */
function standingOf(wire: StandingWire): Standing {
  return (
    STANDINGS.find(known => known === wire.role_name) ??
    STANDINGS.find(known => known === wire.permission) ??
    'none'
  )
}
