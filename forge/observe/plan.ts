import { DOCUMENTS } from '../../core/planning/document.ts'
import type { PlanFacts } from '../../core/planning/facts.ts'
import { placePlan } from '../../core/planning/place.ts'
import type { TaskFacts } from '../../core/world.ts'
import { readBacklog } from '../backlog.ts'
import type { Forge } from '../forge.ts'
import { readBelow } from './below.ts'
import type { Place } from './repo.ts'
import { readBlob, readTree } from './tree.ts'

type Seen = Pick<TaskFacts, 'issue' | 'claims' | 'attempts' | 'pull'>

/** The plan where it is to be judged now; null where there is none, or where the host cut the list of files. */
export async function readPlan(forge: Forge, task: Seen, { branch }: Place): Promise<PlanFacts | null> {
  const place = placePlan(task)
  if (place === null) return null
  const { path, feature, at } = place
  const tree = await readTree(forge, at === 'default branch' ? branch.commit.commit.tree.sha : at)
  const file = tree?.get(path)
  if (tree === null || file === undefined) return null
  const { backlog, locate } = readBacklog(await readBlob(forge, file.sha), feature)
  const merged = task.pull?.state === 'merged' && backlog.ok
  const words = tree.get(path.replace(/[^/]+$/, DOCUMENTS.synthesis.file))
  return {
    path,
    backlog,
    lines: backlog.ok ? [] : backlog.problems.map(problem => locate(problem).line),
    below: merged ? await readBelow(forge, task.issue.number, feature) : [],
    text: words === undefined ? '' : await readBlob(forge, words.sha),
  }
}
