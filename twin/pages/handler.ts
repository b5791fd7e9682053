import { readBody } from '../http/body.ts'
import type { RawHandler } from '../http/raw.ts'
import { HttpError } from '../http/route.ts'
import { submitSetup } from './appsetup.ts'

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // Whatever gets past what makes texts harmless: it neither runs nor fetches anything.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
}

/** Pages for people who follow a link. Nobody signs in: this GitHub is on their own machine. */
export const pageHandlers: RawHandler[] = [
  async (state, req, res, url) => {
    try {
      if (req.method === 'POST') {
        const form = new URLSearchParams((await readBody(req)).toString())
        const next = submitSetup(state, url, form)
        if (next === null) return false
        res.writeHead(302, { location: next }).end()
        return true
      }
      // Late, since what renders Markdown is large and most twins are never looked at.
      const { pageAt } = await import('./show.ts')
      const page = await pageAt(state, url)
      if (page === null) return false
      res.writeHead(200, HEADERS).end(page)
      return true
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      res.writeHead(error.status, { 'content-type': 'text/plain' }).end(error.message)
      return true
    }
  },
]
