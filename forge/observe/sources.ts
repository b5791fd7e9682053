import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { CheckRunSeen, RunWire } from '../wire.ts'

/**
 * Which workflow, for which event, made each check that is not alone in its name: by check run. Two workflows may have a job
 * of one name, and only the suites tell them apart. Asked once for each suite, and not at all where names are distinct.
 */
export async function readSources(
  forge: Forge,
  runs: readonly CheckRunSeen[],
): Promise<ReadonlyMap<number, string>> {
  const alike = [...Map.groupBy(runs, run => `${run.app?.id} ${run.name}`).values()]
    .filter(group => new Set(group.map(run => run.check_suite?.id)).size > 1)
    .flat()
  const sources = alike.map(async run => {
    const suite = run.check_suite?.id
    return suite === undefined ? [] : [[run.id, await sourceOf(forge, suite)] as const]
  })
  return new Map((await Promise.all(sources)).flat())
}

/** An app that is not Actions has one suite on a commit, or tells nothing of why it has several. */
function sourceOf(forge: Forge, suite: number): Promise<string> {
  return once(forge, `source of suite ${suite}`, async () => {
    const path = '/repos/{owner}/{repo}/actions/runs'
    const { body } = await read<{ workflow_runs: RunWire[] }>(forge, path, { check_suite_id: suite })
    const [run] = body.workflow_runs
    return run === undefined ? '' : `${run.workflow_id} ${run.event}`
  })
}
