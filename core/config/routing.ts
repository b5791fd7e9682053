import { z } from 'zod'
import { WORK } from '../agents/work.ts'
import type { Problem } from '../contract/problem.ts'

/** The part of the configuration that says who does what when nobody named an agent. */

const rule = z.strictObject({
  work: z.array(z.enum(WORK)).min(1).describe('kinds of work, by the issue’s type and labels'),
  agents: z
    .array(z.string())
    .min(1)
    .describe('who does it; the first, or as `prefer` says. The others take over when its service fails it'),
})

export const routing = z.strictObject({
  rules: z
    .array(rule)
    .optional()
    .describe(
      'the first that fits counts; else `default_agent`. When absent: architecture and design go to claude; debugging, features, refactoring and API integration to codex; tests, docs, boilerplate and simple fixes to opencode, as far as `agents` names them (or names none)',
    ),
  prefer: z
    .enum(['listed', 'price', 'success'])
    .default('listed')
    .describe(
      'which of several agents of a rule comes first: `listed`; the `price` of its attempts so far; `success`, the share of them with green checks',
    ),
})
type Routing = z.infer<typeof routing>
export type Rule = NonNullable<Routing['rules']>[number]

const USUAL: readonly Rule[] = [
  { work: ['architecture', 'design'], agents: ['claude'] },
  { work: ['debugging', 'feature', 'refactor', 'api-integration'], agents: ['codex'] },
  { work: ['tests', 'docs', 'boilerplate', 'simple-fix'], agents: ['opencode'] },
]

/** The rules when none are written. A repository that names its agents has no others to give work to. */
export function usualRules(fleet: readonly string[]): Rule[] {
  if (fleet.length === 0) return [...USUAL]
  return USUAL.filter(({ agents }) => agents.every(agent => fleet.includes(agent)))
}

type Named = {
  agents: Readonly<
    Record<string, { fallback: readonly string[]; race: readonly string[]; max_parallel: number }>
  >
  routing: Routing
}

/** Everybody who may be given work has to exist. */
export function checkRouting({ agents, routing }: Named): Problem[] {
  const known = Object.keys(agents)
  const check = (path: string, name: string): Problem[] =>
    known.includes(name)
      ? []
      : [{ path, message: `no agent is called "${name}"; known: ${known.join(', ')}` }]
  const rules = (routing.rules ?? []).flatMap((one, i) =>
    one.agents.flatMap((name, j) => check(`routing.rules[${i}].agents[${j}]`, name)),
  )
  const fallbacks = Object.entries(agents).flatMap(([agent, { fallback }]) =>
    fallback.flatMap((name, i) => {
      const path = `agents.${agent}.fallback[${i}]`
      return name === agent ? [{ path, message: 'is the agent itself' }] : check(path, name)
    }),
  )
  const races = Object.entries(agents).flatMap(([agent, { race }]) =>
    race.flatMap((name, i) => check(`agents.${agent}.race[${i}]`, name)),
  )
  return [...rules, ...fallbacks, ...races, ...checkPlaces(agents)]
}

/** A race that needs more of one agent than may work at once would wait for ever. */
function checkPlaces(agents: Named['agents']): Problem[] {
  return Object.entries(agents).flatMap(([agent, { race }]) => {
    const contenders = [agent, ...race]
    const short = [...new Set(contenders)].find(
      name => contenders.filter(one => one === name).length > (agents[name]?.max_parallel ?? Infinity),
    )
    if (race.length === 0 || short === undefined) return []
    const times = contenders.filter(one => one === short).length
    const message = `has ${short} ${times} times, and agents.${short}.max_parallel lets only ${agents[short]?.max_parallel} of its attempts run at once`
    return [{ path: `agents.${agent}.race`, message }]
  })
}
