import type { Probot, ProbotOctokit } from 'probot'
import { statusOf } from '../forge/fault.ts'
import { createForge, type Forge } from '../forge/forge.ts'
import { requestPolicy } from '../forge/policy.ts'
import type { Seal } from '../forge/seal.ts'
import type { House } from './chorus.ts'
import type { Repository } from './repositories.ts'

/** How this app reaches GitHub: as itself, and for each repository as its installation. */
export type Access = {
  /** Null when GitHub could not tell who we are; the queue tries again later. */
  forgeOf(repository: Repository): Promise<Forge | null>
  /** Asked as the app itself: is the repository out of its reach (uninstalled, suspended, deleted)? */
  isGone(repository: Repository): Promise<boolean>
}

type Self = { id: number; login: string }

export function createAccess(house: House, app: Probot, seal: Seal): Access {
  let self: Promise<Self | null> | null = null
  async function forgeOf(repository: Repository): Promise<Forge | null> {
    if (repository.forge !== null) return repository.forge
    self ??= readSelf(app)
    const known = await self
    if (known === null) {
      self = null
      return null
    }
    const { owner, name, installation } = repository.target
    const octokit = await octokitFor(house, app, installation)
    repository.forge = createForge({
      octokit,
      owner,
      repo: name,
      app: known,
      seal,
      now: house.clock.now,
      log: app.log.child({ repo: `${owner}/${name}` }),
    })
    return repository.forge
  }
  return { forgeOf, isGone: repository => isGone(app, repository) }
}

async function isGone(app: Probot, { target }: Repository): Promise<boolean> {
  try {
    const octokit = await app.auth()
    const { data } = await octokit.rest.apps.getRepoInstallation({ owner: target.owner, repo: target.name })
    return Boolean(data.suspended_at) || data.id !== target.installation
  } catch (error) {
    return statusOf(error) === 404
  }
}

/**
 * An installation's client under our rules: no write is ever re-sent, and our own pacing. Both are hooked onto the instance,
 * so that they hold whatever Octokit the host process (Probot's CLI, a serverless adapter) was built with.
 */
export async function octokitFor(house: House, app: Probot, installation: number): Promise<ProbotOctokit> {
  const octokit = await app.auth(installation)
  requestPolicy(octokit)
  const lane = house.pacing.lane(installation)
  octokit.hook.wrap('request', (request, asked) => lane.run(asked, async () => request(asked)))
  return octokit
}

/** The app's id and the login of its bot account, as GitHub shows it on what it writes. */
async function readSelf(app: Probot): Promise<Self | null> {
  try {
    const octokit = await app.auth()
    const { data } = await octokit.rest.apps.getAuthenticated()
    if (data === null) return null
    return { id: data.id, login: `${data.slug}[bot]` }
  } catch (error) {
    app.log.error({ err: error }, 'cannot read who this app is')
    return null
  }
}
