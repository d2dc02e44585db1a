// Pass words: Argon2id, by the OWASP parameters.
import { hash, verify } from '@node-rs/argon2';
import type { Passwords } from '../core/ports/passwords.ts';

/** Returns the Argon2id hash of a pass word in PHC string form (19 MiB, 2 passes, 1 lane). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

export function createPasswords(): Passwords {
  return {
    async verify(passwordHash, password) {
      try {
        return await verify(passwordHash, password);
      } catch {
        // A hash that is no hash matches nothing.
        return false;
      }
    },
  };
}
