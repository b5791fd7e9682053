import { CHORUS_REFS } from '../names.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** May the app make refs, may runs, and may the app start runs at all? */
export function checkExecution(world: World, probe: Probe): Finding[] {
  return [checkRefsAsApp(probe), checkRefsInRuns(world), checkProtections(world, probe)]
}

function checkRefsAsApp({ refs }: Probe): Finding {
  const what = `${CHORUS_REFS} as the app`
  if (refs.works) return ok(what, 'a ref could be made and deleted')
  const fix = 'grant contents: write, and see that no ruleset or push rule covers refs/chorus/**'
  return bad(what, `a ref could not be made: ${refs.why}`, fix)
}

/** Only a run writes reports, so one that is there proves it. */
function checkRefsInRuns({ tasks }: World): Finding {
  const what = `${CHORUS_REFS} in a run`
  if (tasks.some(task => task.reports.size > 0)) return ok(what, 'a run has pushed its report')
  const why = 'unproven here: no run of this repository has pushed a report yet'
  return warn(what, why, 'label one small issue; the first attempt shows it')
}

/** Workflow execution protections are rulesets; an allow list there stops a dispatch before any run exists. */
function checkProtections({ tasks }: World, { rulesets }: Probe): Finding {
  const what = 'workflow execution protections'
  const fix =
    'if your organization has such protections, allow this app as an actor and workflow_dispatch as an event'
  if (tasks.some(task => task.runs.length > 0)) return ok(what, 'runs that this app started are there')
  if (rulesets.is === 'hidden') return warn(what, `unproven here: ${rulesets.why}`, fix)
  const known = ['branch', 'tag', 'push', 'repository']
  const other = rulesets.value.filter(ruleset => !known.includes(ruleset.target))
  if (other.length > 0) {
    const why = `there are rulesets about something else: ${other.map(one => `${one.name} (${one.target})`).join(', ')}`
    return warn(what, why, fix)
  }
  return warn(what, 'unproven here: none can be seen, and no run has been started yet', fix)
}
