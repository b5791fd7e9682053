import type { Random } from '../../../core/schedule/random.ts'
import { addCollaborator } from '../../../twin/seed.ts'
import { protect, type Wish } from '../../stories/protect.ts'
import type { Place } from '../interleavings/place.ts'

/** A way to land: what a repository's configuration and rules come to. */
export type Path = {
  name: 'one-by-one' | 'train' | 'reviewed' | 'job' | 'queue' | 'lanes'
  /** More of the configuration, as YAML. */
  config: string
  rules: Wish
}

const CI = [{ context: 'ci', appId: null }]
const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'SQUASH',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 0,
}

/** Trains twice as often as any other: they have most to go wrong. */
export function choosePath(random: Random): Path {
  const strict = { strict: true, checks: CI }
  const together = `merge: { together: ${2 + random.below(4)} }\n`
  const paths: readonly Path[] = [
    { name: 'one-by-one', config: 'merge: { together: 1 }\n', rules: strict },
    { name: 'train', config: together, rules: strict },
    { name: 'train', config: together, rules: strict },
    { name: 'reviewed', config: together, rules: { ...strict, approvals: 1, dismissStale: true } },
    {
      name: 'job',
      config: `checks: [{ name: tests, run: node --test }]\n${together.replace('{', '{ judge: job,')}`,
      rules: { strict: true, checks: [] },
    },
    { name: 'queue', config: '', rules: { checks: CI, queue: QUEUE } },
    { name: 'lanes', config: 'merge: { strategy: lanes }\n', rules: { checks: CI } },
  ]
  return paths[random.below(paths.length)]!
}

export function protectMain(place: Place, { rules }: Path, random: Random): void {
  const { twin, repo, owner } = { ...place, owner: place.repo.owner }
  for (const login of ['bob', 'cleo']) addCollaborator(twin.state, repo, login, 'write')
  const kind = rules.queue === undefined && random.below(4) === 0 ? 'classic' : 'ruleset'
  protect(place, kind, rules)
  // Whose main it is may push to it at any time.
  const entry = { actor_id: owner.id, actor_type: 'User', bypass_mode: 'always' } as const
  for (const ruleset of repo.rulesets.values()) ruleset.bypass_actors.push(entry)
  for (const protection of repo.protections.values()) protection.enforceAdmins = false
}
