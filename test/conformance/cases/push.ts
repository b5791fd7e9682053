import { equal, match, notEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createBranch, dropRef, headOf } from '../act.ts'
import type { Case } from '../case.ts'
import type { Client } from '../client.ts'
import type { Site } from '../site.ts'

type Done = { code: number; text: string }
type Clone = {
  git(...args: string[]): Promise<Done>
  commit(files: Record<string, string>): Promise<string>
}

/** A shallow clone in a folder of its own, with the token in its environment and nowhere else. */
async function clone(site: Site, client: Client): Promise<Clone> {
  const dir = await mkdtemp(join(tmpdir(), 'conformance-'))
  site.later(() => rm(dir, { recursive: true, force: true }))
  const basic = Buffer.from(`x-access-token:${await client.token()}`).toString('base64')
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'http.extraheader',
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'conformance',
    GIT_CONFIG_KEY_2: 'user.email',
    GIT_CONFIG_VALUE_2: 'conformance@example.com',
  }
  const git: Clone['git'] = (...args) =>
    new Promise(resolve => {
      execFile('git', args, { cwd: dir, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) || 1 : 0, text: out + err }),
      )
    })
  const url = `${site.door.address.git}/${site.door.repository}.git`
  const made = await git('clone', '--quiet', '--depth=2', `--branch=${site.defaultBranch}`, url, '.')
  equal(made.code, 0, made.text)
  const commit: Clone['commit'] = async files => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
    }
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'conformance: by git')
    return (await git('rev-parse', 'HEAD')).text.trim()
  }
  return { git, commit }
}

async function pushes(site: Site): Promise<void> {
  const work = await clone(site, site.app)
  const [branch, ref] = [site.name('git'), `conformance/${site.name('git')}`]
  site.later(() => dropRef(site.app, `heads/${branch}`))
  site.later(() => dropRef(site.app, ref))
  const sha = await work.commit({ 'by-git.txt': branch })
  const made = await work.git('push', '--atomic', 'origin', `HEAD:refs/heads/${branch}`, `HEAD:refs/${ref}`)
  equal(made.code, 0, made.text)
  equal(await headOf(site.app, branch), sha)
  const lease = `--force-with-lease=refs/heads/${branch}:${'1'.repeat(40)}`
  const stale = await work.git('push', lease, 'origin', `HEAD~1:refs/heads/${branch}`)
  notEqual(stale.code, 0, 'the lease names another head')
  const behind = await work.git('push', 'origin', `HEAD~1:refs/heads/${branch}`)
  notEqual(behind.code, 0, 'no fast-forward')
  equal(await headOf(site.app, branch), sha)
}

async function workflowsRefused(site: Site): Promise<void> {
  const client = await site.credentials.narrowed({ permissions: { contents: 'write' } })
  const work = await clone(site, client)
  const branch = site.name('git')
  const head = await createBranch(site, branch)
  await work.commit({ '.github/workflows/conformance-refused.yml': 'on: push\njobs: {}\n' })
  const other = site.name('git')
  site.later(() => dropRef(site.app, `heads/${other}`))
  const refused = await work.git('push', 'origin', `HEAD:refs/heads/${branch}`, `${head}:refs/heads/${other}`)
  notEqual(refused.code, 0)
  match(
    refused.text,
    /refusing to allow a GitHub App to create or update workflow .* without `workflows` permission/,
  )
  equal(await headOf(site.app, branch), head, 'nothing moved')
}

export const pushCases: Case[] = [
  {
    id: 'git-push',
    title: 'git pushes branches and refs of other namespaces with the app’s token, never backwards',
    cites: '4.9',
    basis: 'documented',
    run: pushes,
  },
  {
    id: 'git-push-workflows',
    title:
      'A git push that touches workflow files without the workflows permission is refused in these words',
    cites: '4.7',
    basis: 'unproven',
    run: workflowsRefused,
  },
]
