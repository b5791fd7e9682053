import type { Config } from '../config.ts'
import type { Rules, World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** How pull requests land under the rules in force, and what that promises. */
export type Landing = { path: 'direct' | 'person' | 'none'; promise: string }

export function readLanding(rules: Rules, merge: Config['merge']): Landing {
  if (rules.queue) {
    return {
      path: 'person',
      promise: 'a merge queue is on: when the gate is green, a person adds the pull request to it',
    }
  }
  if (merge.strategy !== 'auto') {
    return { path: 'person', promise: 'when the gate is green, a person presses the button' }
  }
  const reviews = rules.approvals > 0 ? `, with ${rules.approvals} approving review(s) by people` : ''
  if (rules.strict) {
    return {
      path: 'direct',
      promise: `exact: CI has judged the very tree that lands${reviews}; each landing makes the others update first`,
    }
  }
  return {
    path: 'direct',
    promise: `as tested on its own base${reviews}: two pull requests that pass alone may still break together`,
  }
}

export function checkLanding({ rules, config, repo }: World): Finding[] {
  if (!config.ok) return []
  const { merge } = config.value
  const what = 'how pull requests land'
  const landing = readLanding(rules, merge)
  const findings: Finding[] = []
  if (rules.linear && merge.method === 'merge') {
    const why = `${repo.defaultBranch} requires linear history, and merge.method is "merge": GitHub refuses such merges`
    findings.push(bad(what, why, 'set merge.method to squash or rebase'))
  }
  if (!repo.methods.includes(merge.method)) {
    const why = `the repository does not allow "${merge.method}"; Chorus takes "${repo.methods[0] ?? 'merge'}" instead`
    findings.push(
      warn(what, why, `allow it under Settings → General → Pull Requests, or change merge.method`),
    )
  }
  if (rules.queue && merge.strategy === 'auto') {
    const why = 'a merge queue is on, and this release does not add to queues: GitHub refuses a direct merge'
    findings.push(warn(what, why, 'add green pull requests to the queue yourself, or take the queue off'))
  }
  return findings.length > 0 ? findings : [ok(what, `${landing.path}: ${landing.promise}`)]
}

/** An app that may pass rules by jumps over a merge queue and over required checks without a word. */
export function checkBypass({ rulesets }: Probe): Finding[] {
  const what = 'no bypass for the app'
  if (rulesets.is === 'hidden') {
    return [
      warn(what, `unproven here: ${rulesets.why}`, 'see that no ruleset lists this app under Bypass list'),
    ]
  }
  const passed = rulesets.value.filter(ruleset => ruleset.bypass)
  if (passed.length === 0) return [ok(what, 'no ruleset lets this app pass it by')]
  const why = `the app may pass by: ${passed.map(ruleset => ruleset.name).join(', ')}; its merges would skip required checks`
  return [bad(what, why, 'take the app off the bypass list of these rulesets')]
}
