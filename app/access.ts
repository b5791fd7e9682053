import type { Probot, ProbotOctokit } from 'probot'
import {
  type AccessibleRepository,
  findInstallation,
  listInstallations,
  listRepositories,
  readSelf,
} from '../forge/apps.ts'
import { toFault } from '../forge/fault.ts'
import { createForge } from '../forge/forge.ts'
import { requestPolicy } from '../forge/policy.ts'
import type { Seals } from '../forge/seal.ts'
import type { House } from './house.ts'
import { NOBODY } from './pacing.ts'
import type { Repository } from './repositories.ts'
import { stepsOf } from './steps.ts'

/** How this app reaches GitHub: as itself, as an installation, and for each repository. */
export type Access = {
  /** Null when GitHub could not tell who we are; the queue tries again later. */
  reach(repository: Repository): Promise<Repository['reach']>
  /** Is the repository out of the app's reach (uninstalled, suspended, deleted)? False when that cannot be told. */
  isLost(repository: Repository): Promise<boolean>
  installations(): Promise<number[]>
  repositories(installation: number): Promise<AccessibleRepository[]>
}

export function createAccess(house: House, app: Probot, seals: Seals): Access {
  let self: { id: number; login: string } | null = null
  let own: ProbotOctokit | null = null
  async function asApp(): Promise<ProbotOctokit> {
    if (own === null) {
      own = await app.auth()
      requestPolicy(own)
    }
    return own
  }
  return {
    async reach(repository) {
      if (repository.reach !== null) return repository.reach
      try {
        self ??= await readSelf(await asApp())
        const { id, owner, name, installation } = repository.target
        const octokit = await octokitFor(house, app, { installation, party: id })
        const log = app.log.child({ repo: `${owner}/${name}` })
        const forge = createForge({
          octokit,
          owner,
          repo: name,
          app: self,
          seals,
          now: house.clock.now,
          log,
        })
        repository.reach = { forge, steps: stepsOf(forge) }
        return repository.reach
      } catch (error) {
        const { is, why } = toFault(error)
        app.log.error({ fault: is, why }, 'cannot read who this app is')
        return null
      }
    },
    async isLost({ target }) {
      try {
        return (await findInstallation(await asApp(), target))?.id !== target.installation
      } catch {
        return false
      }
    },
    installations: async () => listInstallations(await asApp()),
    repositories: async installation =>
      listRepositories(await octokitFor(house, app, { installation, party: NOBODY })),
  }
}

/**
 * An installation's client under our rules: no write is ever re-sent, and our own pacing. Both are hooked onto the instance,
 * so that they hold whatever Octokit the host process (Probot's CLI, a serverless adapter) was built with.
 */
async function octokitFor(
  house: House,
  app: Probot,
  { installation, party }: { installation: number; party: number },
): Promise<ProbotOctokit> {
  const octokit = await app.auth(installation)
  requestPolicy(octokit)
  const lane = house.pacing.lane(installation, party)
  octokit.hook.wrap('request', (request, asked) => lane.run(asked, async () => request(asked)))
  return octokit
}
