<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Asks the vendor with what is stored, as the module would: same environment, same trimming, same headers. */
final class Check
{
    /** The library's first version that asks the live REST host, and its first one that trims. */
    private const ASKS_LIVE = '3.0.2';
    private const TRIMS = '3.0.6';

    private Host $host;
    private VendorCall $call;

    public function __construct(Host $host, VendorCall $call)
    {
        $this->host = $host;
        $this->call = $call;
    }

    /** @return array<string,mixed> */
    public function run(string $place): array
    {
        $module = $this->host->module();
        if ($module->active === false) {
            throw new Refusal('module-inactive', 'The DomainNameAPI module is not active.');
        }
        $stored = $this->host->read($place);
        // A library of unknown age is taken for one that does not trim: better no proof than a wrong one.
        $trims = $module->library !== null && version_compare($module->library, self::TRIMS, '>=');
        $username = $trims ? trim($stored->username) : $stored->username;
        $password = $trims ? trim($stored->password) : $stored->password;
        $reason = self::reasonNotToAsk($username, $password, $module->library);
        if ($reason !== null) {
            return ['asked' => false, 'reason' => $reason];
        }
        $erasure = new Erasure([$stored->password, trim($stored->password)]);
        $environment = $stored->testMode === true ? 'test' : 'live';
        return ['asked' => true] + $this->call->ask($environment, $username, $password, $erasure);
    }

    private static function reasonNotToAsk(
        string $username,
        #[\SensitiveParameter]
        string $password,
        ?string $library
    ): ?string {
        if (trim($username) === '' || trim($password) === '') {
            return 'empty';
        }
        // What is no UUID goes to the old SOAP system. Tried on the text that the module would send, spaces and all.
        if (preg_match(FieldFacts::UUID, $username) !== 1) {
            return 'legacy-username';
        }
        if ($library !== null && version_compare($library, self::ASKS_LIVE, '<')) {
            return 'outdated-library';
        }
        // A line break within the key would let it write further header lines.
        return preg_match('/[\x00-\x1f\x7f]/', $password) === 1 ? 'unsendable' : null;
    }
}
