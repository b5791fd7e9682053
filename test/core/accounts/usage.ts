import type { UsageEvent } from '../../../core/accounts/usage.ts'
import { alice, at } from '../../make.ts'

/** One attempt by codex that alice asked for, for half a dollar. */
export const makeUsage = (over: Partial<UsageEvent> = {}): UsageEvent => ({
  at: at(0),
  task: 'bd-0000',
  issue: 99,
  attempt: 1,
  kind: 'work',
  run: 1,
  agent: 'codex',
  model: 'gpt-5',
  work: 'other',
  epic: null,
  by: { id: alice.id, login: alice.login },
  outcome: 'done',
  tokens_in: 900,
  tokens_out: 100,
  tokens_cached: 0,
  cost_usd: 0.5,
  seconds: 10,
  charged: { usd: 0.5, tokens: 1000 },
  context: null,
  continues: null,
  rival: false,
  ...over,
})
