import type { CheckFacts, JudgedFacts } from '../check.ts'
import { GATE_CHECK } from '../names.ts'
import type { Instant } from '../world.ts'
import { matchesName } from './checkname.ts'
import type { Proposal } from './gate.ts'

/** `since`: when CI could begin at the earliest. `reds`: see `readJudgement`. */
export type Ci = Pick<Proposal, 'rules' | 'config' | 'now'> & {
  checks: readonly CheckFacts[]
  judged: readonly JudgedFacts[]
  reds: number
  since: Instant
}

/** `any`: the configuration's own, in which a star stands for anything. */
export type Required = { name: string; appId: number | null; any: boolean }

export function collectRequired({ rules, config }: Ci): Required[] {
  const own = config.gates.checks
    .filter(name => !rules.required.some(one => one.name === name))
    .map(name => ({ name, appId: null, any: true }))
  return [...rules.required.map(one => ({ ...one, any: false })), ...own].filter(
    one => one.name !== GATE_CHECK,
  )
}

/**
 * The newest of each kind, app and name; a repeated run replaces the earlier one. But a job of another workflow, or for
 * another event, judged something else: a green one hides no red one of the same name.
 */
export function newest(all: readonly CheckFacts[]): CheckFacts[] {
  const latest = new Map<string, CheckFacts>()
  for (const check of [...all].sort((a, b) => a.startedAt - b.startedAt || a.id - b.id)) {
    latest.set(`${check.kind} ${check.appId ?? ''} ${check.source ?? ''} ${check.name}`, check)
  }
  return [...latest.values()]
}

/** What counts where nothing is asked for by name. */
export function listAll({ checks, config }: Ci): CheckFacts[] {
  const isOptional = (name: string) => config.gates.optional.some(one => matchesName(one, name))
  return newest(checks.filter(({ name }) => name !== GATE_CHECK && !isOptional(name)))
}

/** Checks of those names; where none is asked for, all. */
export function listCounted(ci: Ci): CheckFacts[] {
  const required = collectRequired(ci)
  if (required.length === 0) return listAll(ci)
  const present = newest(ci.checks.filter(check => check.name !== GATE_CHECK))
  return present.filter(({ name }) => required.some(one => isNamed(one, name)))
}

/** Is a check of that name what is asked for? */
export function isNamed(required: Required, name: string): boolean {
  return required.any ? matchesName(required.name, name) : name === required.name
}
