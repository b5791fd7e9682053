import type { Probe, Readable, RulesetFact } from '../core/doctor/probe.ts'
import { CALLER_PATH, CHORUS_REFS } from '../core/names.ts'
import { OWN_PROMPTS, TEMPLATES } from '../core/text/template.ts'
import type { Sha } from '../core/world.ts'
import type { Installation } from './apps.ts'
import { toFault } from './fault.ts'
import type { Forge } from './forge.ts'
import { readContents } from './observe/config.ts'
import { readTree } from './observe/tree.ts'

/**
 * Reads and tries out what doctor asks for. The only write is one ref below `refs/chorus/doctor/`, which is deleted at once
 * and starts nothing. Never throws: what cannot be read is hidden, with the reason.
 */
export async function probe(forge: Forge, installation: Installation, head: Sha): Promise<Probe> {
  const [secrets, workflow, rulesets, prompts, refs] = await Promise.all([
    attempt(() => readSecrets(forge)),
    attempt(() => readWorkflow(forge)),
    attempt(() => readRulesets(forge)),
    attempt(() => readPrompts(forge, head)),
    tryRef(forge, head),
  ])
  const { permissions, events } = installation
  return { permissions, events, secrets, workflow, rulesets, prompts, refs }
}

async function attempt<T>(read: () => Promise<T>): Promise<Readable<T>> {
  try {
    return { is: 'read', value: await read() }
  } catch (error) {
    const fault = toFault(error)
    if (fault.is === 'denied' && fault.permission !== null) {
      return { is: 'hidden', why: `the app is not granted ${fault.permission}` }
    }
    return { is: 'hidden', why: fault.why }
  }
}

async function readSecrets(forge: Forge): Promise<string[]> {
  const { owner, repo } = forge
  const path = 'GET /repos/{owner}/{repo}/actions/secrets'
  const { data } = await forge.octokit.request(path, { owner, repo, per_page: 100 })
  return data.secrets.map(secret => secret.name)
}

async function readWorkflow(forge: Forge): Promise<string> {
  const { owner, repo } = forge
  const path = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}'
  const workflow_id = CALLER_PATH.slice(CALLER_PATH.lastIndexOf('/') + 1)
  const { data } = await forge.octokit.request(path, { owner, repo, workflow_id })
  return data.state
}

async function readRulesets(forge: Forge): Promise<RulesetFact[]> {
  const { owner, repo } = forge
  const path = 'GET /repos/{owner}/{repo}/rulesets'
  const { data } = await forge.octokit.request(path, { owner, repo, includes_parents: true, per_page: 100 })
  const active = data.filter(ruleset => ruleset.enforcement === 'active')
  return Promise.all(
    active.map(async ({ id, name, target }) => {
      const detail = 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}'
      const { data } = await forge.octokit.request(detail, { owner, repo, ruleset_id: id })
      const bypass = data.current_user_can_bypass
      return { id, name, target: target ?? 'branch', bypass: bypass !== undefined && bypass !== 'never' }
    }),
  )
}

/** Where GitHub cuts the list of files, only those are found whose names are known. */
async function readPrompts(forge: Forge, head: Sha): Promise<{ name: string; text: string }[]> {
  const tree = await readTree(forge, head)
  const own = (path: string) => path.startsWith(`${OWN_PROMPTS}/`) && path.endsWith('.md')
  const known = Object.keys(TEMPLATES).map(name => `${OWN_PROMPTS}/${name}.md`)
  const paths = tree === null ? known : [...tree.keys()].filter(own)
  const read = paths.map(async path => {
    const text = await readContents(forge, path, head)
    return text === null ? [] : [{ name: path.slice(OWN_PROMPTS.length + 1, -'.md'.length), text }]
  })
  return (await Promise.all(read)).flat()
}

async function tryRef(forge: Forge, sha: Sha): Promise<Probe['refs']> {
  const { owner, repo } = forge
  // Two doctors at once must not meet.
  const ref = `${CHORUS_REFS}doctor/${forge.now()}`
  try {
    await forge.octokit.request('POST /repos/{owner}/{repo}/git/refs', { owner, repo, ref, sha })
    const path = 'DELETE /repos/{owner}/{repo}/git/refs/{+ref}'
    await forge.octokit.request(path, { owner, repo, ref: ref.slice('refs/'.length) })
    return { works: true }
  } catch (error) {
    return { works: false, why: toFault(error).why }
  }
}
