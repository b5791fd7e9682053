import { WAKES } from '../app/wakes.ts'
import { printCaller, RELEASE } from '../core/caller.ts'
import { diagnose } from '../core/doctor/doctor.ts'
import type { Finding } from '../core/doctor/finding.ts'
import { CALLER_PATH } from '../core/names.ts'
import type { World } from '../core/world.ts'
import { observe } from '../forge/observe.ts'
import { probe } from '../forge/probe.ts'
import { connect } from './connect.ts'
import type { Outcome } from './outcome.ts'

/** `chorus doctor`: reads, tries out, judges. Exit code 1 when something is bad; what is merely unproven is not. */
export async function examine(repository: string): Promise<Outcome> {
  const { forge, installation } = await connect(repository)
  const world = await observe(forge)
  const findings = diagnose(world, await probe(forge, installation, world.repo.head), Object.keys(WAKES))
  const count = (level: Finding['level']) => findings.filter(finding => finding.level === level).length
  const summary = `${count('ok')} ok, ${count('warn')} to look at, ${count('bad')} bad`
  return {
    code: count('bad') > 0 ? 1 : 0,
    text: [...findings.map(printFinding), '', summary, ...printCallerFile(world)].join('\n'),
    json: { repository, findings },
  }
}

/** What is to be copied where it is missing: nobody has to look for it. */
function printCallerFile({ caller }: World): string[] {
  if (caller.is === 'current') return []
  const { source, ref } = RELEASE
  const head = `${CALLER_PATH} for ${source}@${ref} (a release of your own wrote its own, as chorus.yml):`
  return ['', head, '', printCaller(RELEASE).trimEnd()]
}

const SIGNS = { ok: 'ok  ', warn: 'warn', bad: 'BAD ' } as const

function printFinding({ level, what, why, fix }: Finding): string {
  const line = `${SIGNS[level]}  ${what}: ${why}`
  return fix === null ? line : `${line}\n      → ${fix}`
}
