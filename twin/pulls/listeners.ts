import { findAccount } from '../accounts.ts'
import { type Actor, type Happening, type Listener, type Repo, type TwinState, track } from '../state.ts'
import { syncPulls } from './sync.ts'

/** Pull requests follow the branches: one listener, told of every push. */
export function pullListeners(state: TwinState): Listener[] {
  return [
    happening => {
      if (happening.event !== 'push' || !happening.repo) return
      const { ref, before, after, forced } = happening.payload
      if (typeof ref !== 'string' || !ref.startsWith('refs/heads/')) return
      const move = {
        branch: ref.slice('refs/heads/'.length),
        before: shaOf(before),
        after: shaOf(after),
        forced: forced === true,
      }
      track(state, syncPulls(state, happening.repo, move, actorOf(state, happening.repo, happening)))
    },
  ]
}

function shaOf(value: unknown): string | null {
  return typeof value === 'string' && !/^0+$/.test(value) ? value : null
}

/** Who pushed, as far as a happening tells; what a job's token did must stay marked as such. */
function actorOf(state: TwinState, repo: Repo, happening: Happening): Actor {
  const account = findAccount(state, happening.sender.login) ?? happening.sender
  const app = [...state.apps.apps.values()].find(each => `${each.slug}[bot]` === account.login)
  if (!app) return { is: 'user', account }
  return {
    is: 'installation',
    appId: app.id,
    account,
    installationId: 0,
    permissions: {},
    repositoryIds: [repo.id],
    ...(happening.byJobToken ? { job: { repoId: repo.id, runId: 0, jobId: 0 } } : {}),
  }
}
