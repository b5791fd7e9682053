import { createHmac } from 'node:crypto'
import type { Identity } from './identity.ts'

export type Verification = {
  verified: boolean
  reason: 'valid' | 'unsigned' | 'bad_email' | 'unknown_signature_type' | 'invalid'
  signature: string | null
  payload: string | null
  verified_at: string | null
}

const BEGIN = '-----BEGIN PGP SIGNATURE-----'
const END = '-----END PGP SIGNATURE-----'

/** A signature over a commit's bytes with the key of whom this mail address belongs to: of the right shape, and checkable by the twin alone. */
export function sign(payload: string, email: string): string {
  const body = createHmac('sha512', `key of ${email}`).update(payload).digest('base64')
  return [BEGIN, '', ...(body.match(/.{1,64}/g) ?? []), END].join('\n')
}

type Signed = { payload: string; signature: string | null; committer: Identity }

/** Against the committer's key alone, as on GitHub: the author is whoever the committer says. */
export function verify({ payload, signature, committer }: Signed): Verification {
  if (signature === null) {
    return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }
  }
  const valid = signature.trim() === sign(payload, committer.email)
  return {
    verified: valid,
    reason: valid ? 'valid' : 'invalid',
    signature,
    payload,
    verified_at: valid ? committer.date : null,
  }
}
