import { chooseMethod, isPossible, readLanding } from '../landing/landing.ts'
import type { MergeMethod } from '../landing/rules.ts'
import { GATE_CHECK } from '../names.ts'
import { explainQueue } from '../words/promote.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** The row of the landing table that is in force, and what in the settings does not go with it. */
export function checkLanding({ rules, config, repo, queue }: World): Finding[] {
  if (!config.ok) return []
  const { merge } = config.value
  const what = 'how pull requests land'
  const given = { rules, methods: repo.methods, merge }
  const { path, promise, rate } = readLanding(given)
  if (path === 'nothing') {
    return [
      bad(
        what,
        promise,
        'allow squash or rebase merging under Settings → General → Pull Requests, and in the rule for pull requests where that names methods',
      ),
    ]
  }
  const said = `${path}: ${promise}; at most: ${rate}`
  if (rules.queue && queue === null) {
    const why = `a rule asks for a merge queue on ${repo.target.branch}, and GitHub shows the app none`
    return [
      bad(
        what,
        why,
        'GitHub has queues for public repositories of organisations, and on Enterprise Cloud: else take the rule off',
      ),
    ]
  }
  // The queue has a method of its own.
  if (rules.queue) return [ok(what, said)]
  const method = chooseMethod(given)
  if (method === merge.method) return [ok(what, said)]
  const why = `merge.method is "${merge.method}", which ${repo.target.branch} does not take: Chorus takes "${method}" instead; ${said}`
  return [warn(what, why, 'set merge.method to one that the repository and its rules allow')]
}

/** Of issues that are open still: Chorus takes them for landed, and what they block goes on. */
export function checkGone({ integration, tasks, repo }: World): Finding[] {
  const gone = new Set(integration?.gone)
  const lost = tasks.filter(({ pull }) => gone.has(pull?.mergedSha ?? ''))
  if (integration === null || lost.length === 0) return []
  const list = lost.map(({ issue, pull }) => `#${issue.number} (${pull!.mergedSha!.slice(0, 7)})`).join(', ')
  const why = `somebody moved ${integration.branch} away from what landed for ${list}: it is neither there nor on ${repo.defaultBranch}`
  const fix = `merge these commits into ${integration.branch} again; or close the issues, and open new ones for what is still wanted`
  return [bad('what landed is there', why, fix)]
}

/** What keeps landings from the default branch, and what comes there from the branch that they landed on. */
export function checkPromotion({ integration, rules, repo }: World): Finding[] {
  if (integration === null) return []
  const what = 'how lanes are promoted'
  const { defaultBranch: main } = repo
  if (integration.rules.queue) {
    const fix = `take the merge queue off the ruleset of ${main}, or set merge.strategy to "auto"`
    return [bad(what, explainQueue(repo), fix)]
  }
  const takes = (method: MergeMethod) =>
    repo.methods.includes(method) && isPossible(method, integration.rules)
  if (!takes('merge') && !takes('squash')) {
    const why = `${main} takes neither merge commits nor squashes, and a promotion is one or the other`
    const fix = `allow one of them, under Settings → General → Pull Requests and in the rules of ${main}, or set merge.strategy to "auto"`
    return [bad(what, why, fix)]
  }
  if (!rules.linear) return []
  const { branch } = integration
  const squashed = takes('merge') ? '' : ', and so is each promotion, as it is a squash,'
  const why = `${branch} asks for a linear history: what people bring to ${main} has to be merged back there${squashed} and GitHub refuses that`
  const fix = `take the rule off ${branch}; the one of ${main} may stay`
  return [takes('merge') ? warn(what, why, fix) : bad(what, why, fix)]
}

/** Who says that it works, before it lands? Where nobody is asked by name, whatever reports within a minute decides, or nothing. */
export function checkJudge({ rules, config, repo }: World): Finding[] {
  if (!config.ok) return []
  const what = 'who judges what lands'
  const { merge, gates, checks } = config.value
  const named = [...rules.required.map(({ name }) => name), ...gates.checks].filter(
    name => name !== GATE_CHECK,
  )
  if (merge.judge === 'job') {
    const besides = named.length === 0 ? '' : `, beside the required ${named.join(', ')}`
    return [
      ok(
        what,
        `the merge job runs ${checks.map(({ name }) => name).join(', ')} on the very commit${besides}`,
      ),
    ]
  }
  if (named.length > 0) return [ok(what, `the required ${named.join(', ')}`)]
  const why = `whatever check reports on a commit within a minute, as ${repo.target.branch} requires none of CI; where you have no CI, set merge.judge to "job"`
  return [ok(what, why)]
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
