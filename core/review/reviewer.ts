import type { FailureKind } from '../agents/failure.ts'
import type { Choice } from '../agents/route.ts'
import type { AgentConfig, Config } from '../config/config.ts'
import { explainReviewer } from '../words/review.ts'

type Wanted = {
  config: Config
  /** Whose change it is. */
  author: string
  /** Reviewers of this very change that brought nothing. */
  failed: readonly string[]
  /** Agents whose service failed them elsewhere just now. */
  unwell(): ReadonlyMap<string, FailureKind>
}

/**
 * Who reviews: another vendor's model is blind to other things than the author's, then another agent; the author itself, in
 * a fresh session, where there is nobody else. Null: there is nobody left.
 */
export function chooseReviewer({ config, author, failed, unwell }: Wanted): Choice | null {
  const vendor = vendorOf(config, author)
  const sick = unwell()
  const doubt = (name: string): number =>
    (failed.includes(name) ? 8 : 0) +
    (sick.has(name) ? 4 : 0) +
    (vendorOf(config, name) === vendor ? 2 : 0) +
    (name === author ? 1 : 0)
  const [agent] = lineUp(config, author, failed).toSorted((a, b) => doubt(a) - doubt(b))
  if (agent === undefined) return null
  return { agent, because: explainReviewer(author, agent, vendorOf(config, agent) !== vendor) }
}

/** Of those that nobody named it is not known whether they have a key here: after one failed, the author does it. */
function lineUp(
  { review, default_agent, agents, routing }: Config,
  author: string,
  failed: readonly string[],
) {
  const known = (names: readonly string[]) => [...new Set(names)].filter(name => Object.hasOwn(agents, name))
  if (review.agents.length > 0) return known(review.agents)
  if (failed.length > 0) return known([author])
  const fallbacks = agents[default_agent]?.fallback ?? []
  const ruled = (routing.rules ?? []).flatMap(rule => rule.agents)
  return known([default_agent, ...fallbacks, ...ruled, author])
}

const VENDORS: Partial<Record<AgentConfig['cli'], string>> = {
  claude: 'anthropic',
  codex: 'openai',
  gemini: 'google',
  qwen: 'alibaba',
}

/** Programs that speak to many services name the vendor before the model; where nothing tells, each agent is its own. */
function vendorOf({ agents }: Config, name: string): string {
  const agent = agents[name]
  if (agent === undefined) return name
  const [before, after] = agent.model?.split('/') ?? []
  return VENDORS[agent.cli] ?? (before !== undefined && after !== undefined ? before : name)
}
