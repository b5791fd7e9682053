import { createHmac } from 'node:crypto'

export type Verification = {
  verified: boolean
  reason: 'valid' | 'unsigned' | 'bad_email' | 'unknown_signature_type' | 'invalid'
  signature: string | null
  payload: string | null
  verified_at: string | null
}

const BEGIN = '-----BEGIN PGP SIGNATURE-----'
const END = '-----END PGP SIGNATURE-----'

/** The site's signature over a commit's bytes: of the right shape, and checkable by the twin alone. */
export function sign(payload: string): string {
  const body = createHmac('sha512', 'web-flow of the twin').update(payload).digest('base64')
  return [BEGIN, '', ...(body.match(/.{1,64}/g) ?? []), END].join('\n')
}

export function verify(payload: string, signature: string | null, date: string): Verification {
  if (signature === null) {
    return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }
  }
  const valid = signature.trim() === sign(payload)
  return {
    verified: valid,
    reason: valid ? 'valid' : 'invalid',
    signature,
    payload,
    verified_at: valid ? date : null,
  }
}
