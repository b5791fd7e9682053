import { SECRET_SLOTS } from '../caller.ts'
import type { Config } from '../config/config.ts'
import { parseAgentLabel } from '../labels.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** Keys that agents need have to be there under a name that the caller workflow passes on. */
export function checkSecrets({ config, tasks }: World, { secrets }: Probe): Finding[] {
  if (!config.ok) return []
  const asked = askedAgents(config.value, tasks)
  const needed = [...new Set(asked.flatMap(agent => config.value.agents[agent]?.secrets ?? []))]
  return [...checkSlots(needed), ...checkPresence(needed, secrets)]
}

/** Built-in agents exist everywhere; only those that somebody uses, that step in for them or race with them, have to have their key. */
function askedAgents(config: Config, tasks: World['tasks']): string[] {
  const labelled = tasks.flatMap(task => task.issue.labels.flatMap(label => parseAgentLabel(label) ?? []))
  const reviewers = config.review.enabled ? config.review.agents : []
  const first = [config.default_agent, ...labelled, ...reviewers]
  const line = first.flatMap(agent => [agent, ...(config.agents[agent]?.fallback ?? [])])
  return [...new Set(line.flatMap(agent => [agent, ...(config.agents[agent]?.race ?? [])]))]
}

function checkSlots(needed: readonly string[]): Finding[] {
  const slots: readonly string[] = SECRET_SLOTS
  const unknown = needed.filter(name => !slots.includes(name))
  if (unknown.length === 0) return []
  const why = `the caller workflow passes on only ${slots.join(', ')}; not ${unknown.join(', ')}`
  return [
    bad('names of secrets', why, 'store the key under one of these names and name it in .github/chorus.yml'),
  ]
}

function checkPresence(needed: readonly string[], secrets: Probe['secrets']): Finding[] {
  const what = 'secrets are present'
  if (needed.length === 0) return [ok(what, 'no agent in use asks for one')]
  const where = 'Settings → Secrets and variables → Actions'
  if (secrets.is === 'hidden') {
    const why = `unproven here: ${secrets.why}`
    return [warn(what, why, `see for yourself that ${where} has ${needed.join(', ')}`)]
  }
  const missing = needed.filter(name => !secrets.value.includes(name))
  if (missing.length === 0) return [ok(what, needed.join(', '))]
  const why = `not among the repository’s secrets: ${missing.join(', ')} (an organization’s secrets are not listed here)`
  return [warn(what, why, `add them under ${where}`)]
}
