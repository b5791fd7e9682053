import { isPlan, newestClaim, showsPlan } from '../../core/attempt.ts'
import { parsePullMarker } from '../../core/names.ts'
import { DOCUMENTS } from '../../core/planning/document.ts'
import type { PlanFacts } from '../../core/planning/facts.ts'
import { findBacklog } from '../../core/planning/feature.ts'
import type { TaskFacts } from '../../core/world.ts'
import { readBacklog } from '../backlog.ts'
import type { Forge } from '../forge.ts'
import { readBelow } from './below.ts'
import type { Place } from './repo.ts'
import { readBlob, readTree } from './tree.ts'

type Seen = Pick<TaskFacts, 'issue' | 'claims' | 'attempts' | 'pull'>

/** The plan where it is to be judged now; null where there is none, or where the host cut the list of files. */
export async function readPlan(forge: Forge, task: Seen, place: Place): Promise<PlanFacts | null> {
  const at = placeOf(task, place)
  const tree = at === null ? null : await readTree(forge, at)
  const path = tree === null ? null : findBacklog(tree.keys(), task.issue.number)
  if (tree === null || path === null) return null
  const { backlog, locate } = readBacklog(await readBlob(forge, tree.get(path)!.sha))
  const merged = task.pull?.state === 'merged' && backlog.ok
  const words = tree.get(path.replace(/[^/]+$/, DOCUMENTS.synthesis.file))
  return {
    path,
    backlog,
    lines: backlog.ok ? [] : backlog.problems.map(problem => locate(problem).line),
    below: merged ? await readBelow(forge, task.issue.number, backlog.value.feature) : [],
    text: words === undefined ? '' : await readBlob(forge, words.sha),
  }
}

/** Once merged people edit it on the default branch; before that it is what its pull request shows, or the attempt. */
function placeOf({ issue, claims, attempts, pull }: Seen, { branch }: Place): string | null {
  if (issue.state === 'closed') return null
  if (pull?.state === 'merged') return showsPlan({ claims, pull }) ? branch.commit.commit.tree.sha : null
  const claim = newestClaim({ claims })
  if (claim === null || !isPlan(claim)) return null
  const shown = pull?.state === 'open' ? pull : null
  // A newer attempt than the one that is shown comes next.
  if (shown !== null && parsePullMarker(shown.body)?.attempt === claim.attempt) return shown.head.sha
  return attempts.get(claim.attempt) ?? shown?.head.sha ?? null
}
