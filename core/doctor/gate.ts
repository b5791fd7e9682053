import { GATE_CHECK } from '../names.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

/** Without the gate as a required check, pinned to this app, branch protection does not stand behind what the gate says. */
export function checkGate({ rules: asked, integration, repo, app }: World): Finding[] {
  const what = 'the gate is required'
  // With lanes, pull requests go to another branch, and the promise is about this one.
  const rules = integration?.rules ?? asked
  const required = rules.required.filter(check => check.name === GATE_CHECK)
  const where = `Settings → Rules → Rulesets → the ruleset of ${repo.defaultBranch} → Require status checks to pass`
  if (required.length === 0) {
    const why = `nothing on ${repo.defaultBranch} requires the check ${GATE_CHECK}, so people may merge past it`
    return [bad(what, why, `${where}: add "${GATE_CHECK}" with this app as its source`)]
  }
  if (required.some(check => check.appId === app.id)) {
    return [ok(what, `${GATE_CHECK} is required on ${repo.defaultBranch} and has to come from this app`)]
  }
  const other = required.find(check => check.appId !== null)
  if (other !== undefined) {
    const why = `${GATE_CHECK} is required from app ${other.appId}, but this app is ${app.id}: nothing can land`
    return [bad(what, why, `${where}: choose this app as the source of "${GATE_CHECK}"`)]
  }
  const why = `${GATE_CHECK} is required, but any app, and any workflow, may report it`
  return [warn(what, why, `${where}: choose this app as the source of "${GATE_CHECK}"`)]
}
