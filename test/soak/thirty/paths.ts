import { GREETER } from '../../../twin/demo/greeter.ts'
import type { Wish } from '../../stories/protect.ts'

/** A way to land: what the repository's configuration and rules come to. */
export type Path = {
  /** Lines of the configuration beside the agents. */
  config: string
  /** CI of the repository; null: there is none, and the merge job judges. */
  ci: string | null
  /** Rules of the default branch; null: none. */
  rules: Wish | null
}

const CI = GREETER['.github/workflows/ci.yml']!
const STRICT: Wish = { strict: true }
const QUEUE = {
  check_response_timeout_minutes: 10,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'SQUASH',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 0,
}

export const PATHS = {
  'one-by-one': { config: 'merge: { together: 1 }', ci: CI, rules: STRICT },
  train: { config: 'merge: { together: 8 }', ci: CI, rules: STRICT },
  job: {
    config: 'merge: { judge: job, exact: true }\nchecks: [{ name: tests, run: node --test, minutes: 5 }]',
    ci: null,
    rules: null,
  },
  queue: {
    config: '',
    ci: CI.replace('  pull_request:\n', '  pull_request:\n  merge_group:\n'),
    rules: { queue: QUEUE },
  },
  lanes: { config: 'merge: { strategy: lanes }', ci: CI, rules: {} },
} satisfies Record<string, Path>

export type PathName = keyof typeof PATHS
