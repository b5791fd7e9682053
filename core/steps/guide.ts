import type { Effect } from '../effect.ts'
import { GUIDE_PATH } from '../lessons/guide.ts'
import { GUIDE_BRANCH } from '../names.ts'
import { writeGuide, writeGuidePull } from '../words/guide.ts'
import type { World } from '../world.ts'

/** A repository without a word for agents is offered one: a suggestion, for people to take or leave. */
export function proposeGuide({ guide, config, repo }: World): Effect[] {
  if (guide === null || !config.ok) return []
  return [
    {
      do: 'propose',
      task: null,
      branch: GUIDE_BRANCH,
      base: repo.head,
      into: repo.defaultBranch,
      path: GUIDE_PATH,
      text: writeGuide(guide, config.value),
      ...writeGuidePull(),
    },
  ]
}
