import { randomBytes } from 'node:crypto'
import { addAccount, findAccount } from './accounts.ts'
import { type AppWish, actionsInstallation, addInstallation, registerApp as newApp } from './apps/app.ts'
import { announceInstallation } from './apps/installation.ts'
import type { App, Installation } from './apps/state.ts'
import { readRef, updateRefs, writeFirstRef } from './gitdata/refs.ts'
import { writeCommit } from './repos/commit.ts'
import { addRepo } from './repos/repo.ts'
import type { Account, Actor, Repo, Role, TwinState } from './state.ts'

/** A person (or organization, or bot); the same account when the login is known. */
export function createUser(
  state: TwinState,
  login: string,
  options: { type?: Account['type'] } = {},
): Account {
  return addAccount(state, login, options.type ?? 'User')
}

/** A new personal token; makes the person when there is none of that login. */
export function tokenFor(state: TwinState, login: string): string {
  const account = createUser(state, login)
  const token = `ghp_${randomBytes(27).toString('hex').slice(0, 36)}`
  state.userTokens.set(token, account.login)
  return token
}

/** A repository with one first commit of these files (a README when none are named); starts nothing. */
export async function createRepo(
  state: TwinState,
  wanted: {
    owner: string
    name: string
    private?: boolean
    files?: Record<string, string>
    defaultBranch?: string
    /** Names that first commit. */
    tag?: string
  },
): Promise<Repo> {
  const owner = createUser(state, wanted.owner)
  const defaultBranch = wanted.defaultBranch ?? 'main'
  const repo = await addRepo(state, {
    owner,
    name: wanted.name,
    private: wanted.private ?? false,
    defaultBranch,
  })
  actionsInstallation(state, owner.login)
  const files = wanted.files ?? { 'README.md': `# ${wanted.name}\n` }
  if (Object.keys(files).length === 0) return repo
  const sha = await writeCommit(state, repo, { files, message: 'Initial commit', by: owner })
  writeFirstRef(repo, `refs/heads/${defaultBranch}`, sha)
  if (wanted.tag !== undefined) writeFirstRef(repo, `refs/tags/${wanted.tag}`, sha)
  return repo
}

/** A commit by this person on a branch (made when missing, from the default branch), through the one door: rules apply, events fire. */
export async function commitFiles(
  state: TwinState,
  repo: Repo,
  change: { branch: string; files: Record<string, string | null>; message: string; login?: string },
): Promise<string> {
  const by = createUser(state, change.login ?? repo.owner.login)
  const ref = `refs/heads/${change.branch}`
  const before = await readRef(repo, ref)
  const parent = before ?? (await readRef(repo, `refs/heads/${repo.default_branch}`))
  const { files, message } = change
  const after = await writeCommit(state, repo, { files, message, by, ...(parent ? { parent } : {}) })
  const actor: Actor = { is: 'user', account: by }
  await updateRefs(state, repo, [{ ref, before, after, force: false }], actor)
  return after
}

export function addCollaborator(state: TwinState, repo: Repo, login: string, role: Role): void {
  const account = createUser(state, login)
  repo.collaborators.set(account.login.toLowerCase(), role)
}

export function registerApp(state: TwinState, wish: AppWish): App {
  return newApp(state, wish)
}

/** Installs the app on an account (all its repositories, or those named) and sends `installation.created`. */
export function installApp(state: TwinState, app: App, ownerLogin: string, repos?: Repo[]): Installation {
  const owner = findAccount(state, ownerLogin) ?? createUser(state, ownerLogin)
  const ids = repos ? repos.map(repo => repo.id) : null
  const installation = addInstallation(state, app, owner.login, ids)
  announceInstallation(state, installation, 'created', owner)
  return installation
}

/** Puts a branch on another commit in the owner's name, by force. */
export async function moveBranch(state: TwinState, repo: Repo, branch: string, to: string): Promise<void> {
  const actor: Actor = { is: 'user', account: repo.owner }
  await updateRefs(state, repo, [{ ref: `refs/heads/${branch}`, after: to, force: true }], actor)
}
