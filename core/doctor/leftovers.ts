import { parseAgentLabel } from '../labels.ts'
import type { TaskFacts, World } from '../world.ts'
import { type Finding, ok, warn } from './finding.ts'

/** Branches and claims that nothing will look at again, and claims that this app did not make. */
export function checkLeftovers({ tasks, orphans, config }: World): Finding[] {
  return [
    checkOrphans(tasks, orphans),
    checkForeign(tasks),
    ...(config.ok ? checkAgents(tasks, config.value.agents) : []),
  ]
}

function checkOrphans(tasks: readonly TaskFacts[], gone: World['orphans']): Finding {
  const what = 'orphan branches and claims'
  const orphans = tasks.filter(
    task => task.issue.state === 'closed' && task.branches.size > 0 && !isOpen(task),
  )
  if (orphans.length + gone.length === 0) return ok(what, 'none')
  const branches = orphans.flatMap(task => [...task.branches.keys()])
  const refs = gone.flatMap(task => task.refs)
  const why = [
    ...(branches.length > 0
      ? [`branches of closed issues without an open pull request: ${branches.join(', ')}`]
      : []),
    ...(refs.length > 0 ? [`claims and attempts of issues that are here no longer: ${refs.join(', ')}`] : []),
  ].join('; ')
  return warn(what, why, 'delete them when nothing in them is wanted: git push origin --delete NAME')
}

function isOpen(task: TaskFacts): boolean {
  return task.pull?.state === 'open'
}

function checkForeign(tasks: readonly TaskFacts[]): Finding {
  const what = 'claims are this app’s'
  const foreign = tasks.flatMap(task =>
    task.claims.filter(claim => !claim.sealed).map(claim => `${task.id} #${claim.attempt}`),
  )
  if (foreign.length === 0) return ok(what, 'every claim carries this app’s seal')
  const why = `without this app’s seal: ${foreign.join(', ')}; they never count. Either somebody made them by hand or the private key was changed`
  return warn(what, why, 'after a change of the key: comment /chorus retry on these issues')
}

function checkAgents(tasks: readonly TaskFacts[], agents: Readonly<Record<string, unknown>>): Finding[] {
  const unknown = tasks.flatMap(task =>
    task.issue.labels.flatMap(label => {
      const agent = parseAgentLabel(label)
      return agent !== null && agents[agent] === undefined ? [`#${task.issue.number} (${label})`] : []
    }),
  )
  if (unknown.length === 0) return []
  const fix = 'use a label of an agent that .github/chorus.yml names, or add the agent there'
  return [warn('agents that are asked for exist', `no such agent: ${unknown.join(', ')}`, fix)]
}
