import type { ServerResponse } from 'node:http'
import type { RawHandler } from '../http/raw.ts'
import { bodyOf, serveBlob } from './artifacts/blobs.ts'
import { linkHolds } from './artifacts/signed.ts'
import { ResultsError } from './artifacts/store.ts'
import { callService } from './artifacts/twirp.ts'
import { jobText, runArchive } from './logs.ts'
import { jobById, runById } from './lookup.ts'

const SERVICE = '/twirp/github.actions.results.api.v1.ArtifactService/'
const STATUS = { already_exists: 409, not_found: 404, invalid_argument: 400, unauthenticated: 401 }

const results: RawHandler = async (state, req, res, url) => {
  if (!url.pathname.startsWith(SERVICE)) return false
  try {
    const body = JSON.parse((await bodyOf(req)).toString() || '{}') as Record<string, unknown>
    const method = url.pathname.slice(SERVICE.length)
    sendJson(res, 200, await callService(state, method, { authorization: req.headers.authorization, body }))
  } catch (error) {
    const code = error instanceof ResultsError ? error.code : 'invalid_argument'
    sendJson(res, STATUS[code], { code, msg: error instanceof Error ? error.message : String(error) })
  }
  return true
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' })
  res.end(JSON.stringify(body))
}

const blobs: RawHandler = async (state, req, res, url) => {
  if (!url.pathname.startsWith('/_storage/artifacts/')) return false
  await serveBlob(state, req, res, url)
  return true
}

/** `/_storage/logs/{run}/{attempt}` (zip) and `/_storage/logs/{run}/jobs/{job}` (text). */
const logs: RawHandler = async (state, _req, res, url) => {
  const found = /^\/_storage\/logs\/(\d+)\/(?:jobs\/)?(\d+)$/.exec(url.pathname)
  if (!found) return false
  const place = runById(state, Number(found[1]))
  if (!place || !linkHolds(state, 'GET', url)) {
    res.writeHead(403).end()
    return true
  }
  if (url.pathname.includes('/jobs/')) {
    const job = jobById(place.repo, Number(found[2]))
    res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
    res.end(job ? jobText(job.job) : '')
  } else {
    res.writeHead(200, { 'content-type': 'application/zip' })
    res.end(runArchive(place.run, Number(found[2])))
  }
  return true
}

export const rawHandlers: RawHandler[] = [results, blobs, logs]
