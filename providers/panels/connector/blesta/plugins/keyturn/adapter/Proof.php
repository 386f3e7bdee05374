<?php

declare(strict_types=1);

namespace Keyturn\Connector\Blesta;

use Keyturn\Connector\Erasure;
use Keyturn\Connector\Pairing;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;
use Keyturn\Connector\VendorCall;

/** Finds out whether the vendor takes a credential after the module said no to it, by a call of the connector's own. */
final class Proof
{
    private const TIMEOUT_MS = 10000;
    /** The vendor takes about one call a second for each key, and the module has just made one. */
    private const PAUSE_US = 1100000;
    private const TRIES = 2;

    private string $home;

    public function __construct(string $home)
    {
        $this->home = $home;
    }

    /** True is the vendor's yes and false its no. Throws Refusal('vendor-unreachable') for anything that is neither. */
    public function works(Stored $credential): bool
    {
        $pairing = Pairing::load($this->home);
        for ($try = 0; $try < self::TRIES; $try++) {
            usleep(self::PAUSE_US);
            $answer = $this->ask($pairing, $credential);
            if ($answer['status'] === 200) {
                $account = json_decode($answer['body'], true);
                $id = is_array($account) ? ($account['resellerId'] ?? null) : null;
                if (is_string($id) && strcasecmp($id, trim($credential->username)) === 0) {
                    return true;
                }
            }
            // These statuses are the vendor's way to say that key or address are not welcome.
            if (in_array($answer['status'], [301, 302, 400, 401, 403, 404], true)) {
                return false;
            }
        }
        throw new Refusal('vendor-unreachable', 'The vendor gave neither a yes nor a no to the module and to the connector.');
    }

    private function ask(Pairing $pairing, Stored $credential): array
    {
        $call = new VendorCall($pairing, self::TIMEOUT_MS);
        $environment = $credential->testMode === true ? 'test' : 'live';
        $erasure = new Erasure([$credential->password]);
        return $call->ask($environment, trim($credential->username), trim($credential->password), $erasure);
    }
}
