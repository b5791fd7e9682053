import { createBranch, headOf, writeCommit } from '../act.ts'
import type { Guide } from './guide.ts'

type Sha = { sha: string }

export async function tourGit({ site, app }: Guide): Promise<void> {
  const base = await headOf(app, site.defaultBranch)
  const blob = await app.send<Sha>('POST', './git/blobs', { content: 'aGk=', encoding: 'base64' })
  const commit = await app.get<{ tree: Sha }>(`./git/commits/${base}`)
  const tagger = { name: 'T', email: 't@example.com', date: '2026-01-01T00:00:00Z' }
  const tag = { tag: 'tour', message: 'm', object: base, type: 'commit', tagger }
  const made = await app.send<Sha>('POST', './git/tags', tag)
  await app.send('POST', './git/refs', { ref: 'refs/tags/tour', sha: made.sha })
  const reads = [
    `./git/blobs/${blob.sha}`,
    `./git/tags/${made.sha}`,
    `./git/trees/${commit.tree.sha}?recursive=1`,
    './git/ref/tags/tour',
    './git/matching-refs/tags/',
    './git/matching-refs',
    `./commits?sha=${site.defaultBranch}&path=README.md`,
    `./commits/${base}`,
    './contents',
    './contents/README.md',
    './contents/.github/workflows',
    './readme',
    './tarball',
    `./tarball/${site.defaultBranch}`,
    './zipball',
    `./zipball/${site.defaultBranch}`,
  ]
  for (const path of reads) await app.get(path)
  const branch = site.name('written')
  await createBranch(site, branch)
  const put = { message: 'feat: file', content: 'aGk=', branch }
  const written = await app.send<{ content: Sha }>('PUT', './contents/tour/file.txt', put)
  const gone = { message: 'fix: no file', sha: written.content.sha, branch }
  await app.send('DELETE', './contents/tour/file.txt', gone)
  const renamed = await writeCommit(app, {
    parent: base,
    files: { 'README.md': null, 'READ.md': '# sandbox\n' },
  })
  await app.get(`./compare/${base}...${renamed}`)
  const other = site.name('other')
  await createBranch(site, other, { from: renamed })
  await app.send('POST', './merges', { base: branch, head: other, commit_message: 'merge' })
  await app.send('PATCH', `./git/refs/heads/${other}`, { sha: base, force: true })
  await app.send('DELETE', `./git/refs/heads/${other}`)
}
