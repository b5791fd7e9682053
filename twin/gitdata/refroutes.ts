import { page } from '../http/page.ts'
import { created, HttpError, noContent, notFound, ok, type RepoCall, type Route } from '../http/route.ts'
import { api } from '../issues/address.ts'
import { requireSha, requireText } from './fields.ts'
import { gitNodeId } from './nodeid.ts'
import { objectInfo } from './objects.ts'
import { isRefName } from './refname.ts'
import { forbidEmpty } from './refrules.ts'
import { listRefs, readRef, updateRefs } from './refs.ts'

const GIT = '/repos/{owner}/{repo}/git'

/** REST's references: create-once, fast-forward unless forced, silent outside heads and tags. */
export const refRoutes: Route[] = [
  { method: 'GET', path: `${GIT}/ref/{ref+}`, needs: [{ contents: 'read' }], handle: getRef },
  { method: 'GET', path: `${GIT}/matching-refs/{ref+}`, needs: [{ contents: 'read' }], handle: matchRefs },
  { method: 'GET', path: `${GIT}/matching-refs`, needs: [{ contents: 'read' }], handle: matchRefs },
  { method: 'POST', path: `${GIT}/refs`, needs: [{ contents: 'write' }], handle: createRef },
  { method: 'PATCH', path: `${GIT}/refs/{ref+}`, needs: [{ contents: 'write' }], handle: moveRef },
  { method: 'DELETE', path: `${GIT}/refs/{ref+}`, needs: [{ contents: 'write' }], handle: deleteRef },
]

async function getRef(call: RepoCall) {
  const ref = `refs/${call.params.ref ?? ''}`
  return ok(await refJson(call, ref))
}

/** Everything that starts with the prefix, in any namespace; an empty list when nothing does. */
async function matchRefs(call: RepoCall) {
  const refs = await listRefs(call.repo, `refs/${call.params.ref ?? ''}`)
  return page(call, refs, found => refDocument(call, found))
}

async function createRef(call: RepoCall) {
  const { state, repo, body, actor } = call
  const ref = requireText(body, 'ref', 'Reference')
  const sha = requireSha(body, 'sha')
  await forbidEmpty(repo)
  if (!(await isRefName(repo, ref))) {
    const why = ref.startsWith('refs/')
      ? `${ref} is not a valid ref name.`
      : 'Reference name must start with refs/.'
    throw new HttpError(422, why)
  }
  await updateRefs(state, repo, [{ ref, before: null, after: sha, force: false }], actor)
  return created(await refJson(call, ref))
}

async function moveRef(call: RepoCall) {
  const { state, repo, body, actor } = call
  const ref = `refs/${call.params.ref ?? ''}`
  const sha = requireSha(body, 'sha')
  if ((await readRef(repo, ref)) === null) throw new HttpError(422, 'Reference does not exist')
  // No compare-and-swap here: whoever comes later starts from what the earlier one left.
  await updateRefs(state, repo, [{ ref, after: sha, force: body.force === true }], actor)
  return ok(await refJson(call, ref))
}

async function deleteRef(call: RepoCall) {
  const { state, repo, actor } = call
  await updateRefs(state, repo, [{ ref: `refs/${call.params.ref ?? ''}`, after: null, force: true }], actor)
  return noContent
}

async function refJson(call: RepoCall, ref: string) {
  const sha = await readRef(call.repo, ref)
  const info = sha === null ? null : await objectInfo(call.repo, sha)
  if (!info) throw notFound()
  return refDocument(call, { ref, sha: info.oid, type: info.type })
}

function refDocument(call: RepoCall, found: { ref: string; sha: string; type: string }) {
  const base = `${api(call.state, call.repo)}/git`
  return {
    ref: found.ref,
    node_id: gitNodeId('REF', call.repo, found.ref),
    url: `${base}/${found.ref}`,
    object: { sha: found.sha, type: found.type, url: `${base}/${found.type}s/${found.sha}` },
  }
}
