import { CALLER_PATH, CALLER_VERSION } from '../names.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** The workflow in the repository by which runs start. */
export function checkCaller({ caller, repo }: World, { workflow }: Probe): Finding[] {
  const what = 'the caller workflow'
  const copy = `put the caller file of your release, as below, on ${repo.defaultBranch} as ${CALLER_PATH}`
  if (caller.is === 'missing') return [bad(what, `${CALLER_PATH} is not on ${repo.defaultBranch}`, copy)]
  if (caller.is === 'outdated') {
    const found = caller.version === null ? 'no version' : `version ${caller.version}`
    if (caller.version === CALLER_VERSION) {
      return [bad(what, `the \`run-name\` of ${CALLER_PATH} is not \`\${{ inputs.title }}\``, copy)]
    }
    return [bad(what, `${CALLER_PATH} carries ${found}; this release needs ${CALLER_VERSION}`, copy)]
  }
  if (workflow.is === 'hidden') {
    return [
      warn(
        what,
        `${CALLER_PATH} is current; whether it is enabled is unproven here: ${workflow.why}`,
        'look under Actions → Chorus',
      ),
    ]
  }
  if (workflow.value !== 'active') {
    return [bad(what, `Actions has it as "${workflow.value}"`, 'Actions → Chorus → Enable workflow')]
  }
  return [ok(what, `${CALLER_PATH} is current and enabled`)]
}
