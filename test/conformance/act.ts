import type { Client } from './client.ts'
import type { Site } from './site.ts'

export type Commit = {
  files: Record<string, string | null>
  message?: string
  parent: string
  author?: { name: string; email: string }
}

/** Things that many cases do, through plain REST. */

export async function headOf(client: Client, branch: string): Promise<string> {
  return (await client.get<{ object: { sha: string } }>(`./git/ref/heads/${branch}`)).object.sha
}

/** A commit of these files on top of `parent`, on no branch yet. Null deletes. */
export async function writeCommit(client: Client, wish: Commit): Promise<string> {
  const entries = Object.entries(wish.files).map(([path, content]) => ({
    path,
    mode: '100644',
    type: 'blob',
    ...(content === null ? { sha: null } : { content }),
  }))
  const tree = await client.send<{ sha: string }>('POST', './git/trees', {
    base_tree: wish.parent,
    tree: entries,
  })
  const commit = await client.send<{ sha: string }>('POST', './git/commits', {
    message: wish.message ?? 'conformance: change',
    tree: tree.sha,
    parents: [wish.parent],
    ...(wish.author ? { author: wish.author } : {}),
  })
  return commit.sha
}

/** A new branch; with files: one commit further. Removed afterwards. Gives its head. */
export async function createBranch(
  site: Site,
  branch: string,
  start: { from?: string; files?: Record<string, string | null> } = {},
): Promise<string> {
  const { app } = site
  const from = start.from ?? (await headOf(app, site.defaultBranch))
  const sha = start.files ? await writeCommit(app, { parent: from, files: start.files }) : from
  await app.send('POST', './git/refs', { ref: `refs/heads/${branch}`, sha })
  site.later(() => dropRef(app, `heads/${branch}`))
  return sha
}

export async function pushCommit(
  client: Client,
  branch: string,
  files: Record<string, string | null>,
): Promise<string> {
  const sha = await writeCommit(client, { parent: await headOf(client, branch), files })
  await client.send('PATCH', `./git/refs/heads/${branch}`, { sha })
  return sha
}

/** 404 and 422 mean that it is gone already. */
export async function dropRef(client: Client, ref: string): Promise<void> {
  const reply = await client.ask('DELETE', `./git/refs/${ref}`)
  if (![204, 404, 422].includes(reply.status)) throw new Error(`${ref} is left over: ${reply.status}`)
}

export type Pull = {
  number: number
  node_id: string
  mergeable: boolean | null
  state: string
  head: { sha: string }
  merged: boolean
}

/** A pull request by the app; closed afterwards. */
export async function openPull(
  site: Site,
  wish: { base: string; head: string; body?: string; draft?: boolean },
): Promise<Pull> {
  const title = `conformance ${wish.head}`
  const pull = await site.app.send<Pull>('POST', './pulls', { title, ...wish })
  site.later(() => site.app.ask('PATCH', `./pulls/${pull.number}`, { body: { state: 'closed' } }))
  return pull
}

/** Waits until GitHub has made up its mind whether it can be merged. */
export function settled(site: Site, number: number): Promise<Pull> {
  return site.until(`pull request ${number} to be examined`, async () => {
    const pull = await site.app.get<Pull>(`./pulls/${number}`)
    return pull.mergeable !== null && pull
  })
}

export type Issue = { id: number; number: number; node_id: string; state: string }

/** Closed afterwards: issues cannot be deleted by apps. */
export async function openIssue(
  site: Site,
  wish: { labels?: string[]; title?: string } = {},
): Promise<Issue> {
  const body = { title: site.name('issue'), ...wish }
  const issue = await site.app.send<Issue>('POST', './issues', body)
  site.later(() => site.app.send('PATCH', `./issues/${issue.number}`, { state: 'closed' }))
  return issue
}

/** A ruleset on one branch, set by the owner; removed afterwards. */
export async function setRules(site: Site, branch: string, rules: unknown[]): Promise<void> {
  const made = await site.owner.send<{ id: number }>('POST', './rulesets', {
    name: site.name('rules'),
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules,
  })
  site.later(() => site.owner.send('DELETE', `./rulesets/${made.id}`))
}

/** Reports a finished check of the app. */
export function report(site: Site, name: string, sha: string, conclusion = 'success') {
  const body = { name, head_sha: sha, status: 'completed', conclusion }
  return site.app.send<{ id: number }>('POST', './check-runs', body)
}
