import { createHmac, createPrivateKey, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Proves that this app wrote a text. */
export type Seal = {
  /** Hex. */
  seal(text: string): string
  /** By which key: `former` should be sealed anew before that one is forgotten. Null when it does not hold. */
  holds(text: string, seal: string): 'present' | 'former' | null
}

/** One for each use: what was sealed for one proves nothing for another. */
export type Seals = {
  /** Whoever may create refs still cannot make a claim. */
  claims: Seal
  /** Whoever may push to the ledger still cannot approve anything. */
  ledger: Seal
  /** Whoever may create refs still cannot put off what is judged. */
  judging: Seal
  /** Whoever may create refs in the owner's repository still cannot take places from others. */
  pools: Seal
}

/**
 * The keys are derived (HKDF, RFC 5869) from the app's private key, so that all replicas share them and none has to store
 * them. The key is read before it is derived from, so that line breaks and wrappings of the PEM do not matter. Throws for
 * a bad PEM.
 * @param formerKeyPem the app's key before this one: it seals nothing any more.
 */
export function createSeals(privateKeyPem: string, formerKeyPem: string | null = null): Seals {
  const present = createDerivation(privateKeyPem)
  const former = formerKeyPem === null ? null : createDerivation(formerKeyPem)
  const createFor = (use: string) => createSeal(present(use), former?.(use) ?? null)
  return {
    claims: createFor('chorus claim seal v1'),
    ledger: createFor('chorus ledger seal v1'),
    pools: createFor('chorus pool seal v1'),
    judging: createFor('chorus judging seal v1'),
  }
}

/** A key for each use. */
function createDerivation(pem: string): (use: string) => Buffer {
  const secret = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return use => Buffer.from(hkdfSync('sha256', secret, '', use, 32))
}

function createSeal(present: Buffer, former: Buffer | null): Seal {
  return {
    seal: text => digest(present, text).toString('hex'),
    holds(text, seal) {
      if (!/^[0-9a-f]{64}$/.test(seal)) return null
      const isBy = (key: Buffer) => timingSafeEqual(digest(key, text), Buffer.from(seal, 'hex'))
      if (isBy(present)) return 'present'
      return former !== null && isBy(former) ? 'former' : null
    },
  }
}

function digest(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
